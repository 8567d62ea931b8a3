package kant.model.deployment;

import java.util.Locale;
import java.util.Optional;

/** When a module that is not running as wished is started again. */
public enum RestartPolicy {
    NEVER,
    ON_FAILURE,
    ON_UNHEALTHY,
    ALWAYS,
    /** A word that the contract's parser lets through; acts like {@link #NEVER}. */
    UNKNOWN;

    /** The word of the twin. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a word in any case; empty where it is none. */
    public static Optional<RestartPolicy> parse(String word) {
        return Words.find(values(), RestartPolicy::word, word);
    }
}

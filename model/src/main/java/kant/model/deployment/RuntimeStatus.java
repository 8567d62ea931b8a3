package kant.model.deployment;

import java.util.Locale;
import java.util.Optional;

/**
 * The state of a module, with the words of the twin. As a wish only {@link #RUNNING} and {@link #STOPPED} make sense; the
 * contract lets a manifest say the others too, and such a module is created but never started.
 */
public enum RuntimeStatus {
    UNKNOWN,
    BACKOFF,
    RUNNING,
    UNHEALTHY,
    STOPPED,
    FAILED,
    DEAD;

    /** The word of the twin and of the management API. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a word in any case; empty where it is none. */
    public static Optional<RuntimeStatus> parse(String word) {
        return Words.find(values(), RuntimeStatus::word, word);
    }
}

package kant.model.deployment;

import java.util.Locale;
import java.util.Optional;

/** Whether an image is pulled before a module is created from it. Starting an existing module never pulls. */
public enum ImagePullPolicy {
    ON_CREATE,
    NEVER;

    /** The word of the twin. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a word in any case; empty where it is none. */
    public static Optional<ImagePullPolicy> parse(String word) {
        return Words.find(values(), ImagePullPolicy::word, word);
    }
}

package kant.daemonapi.management;

import java.util.Locale;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** When an image is pulled: at every create, or never. */
public enum PullPolicy {
    ON_CREATE("On-Create"),
    NEVER("Never");

    private final String text;

    PullPolicy(String text) {
        this.text = text;
    }

    /** As it stands in JSON. */
    public String text() {
        return text;
    }

    /** Reads it in any case; on-create where it is null. */
    public static PullPolicy parse(@Nullable String text) throws RefusedException {
        if (text == null) {
            return ON_CREATE;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "on-create" -> ON_CREATE;
            case "never" -> NEVER;
            default ->
                throw new RefusedException(
                        new Refusal.Invalid("imagePullPolicy \"" + text + "\" is unknown; use on-create or never"));
        };
    }
}

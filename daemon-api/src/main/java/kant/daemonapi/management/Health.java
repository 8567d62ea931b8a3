package kant.daemonapi.management;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a running module's health check says. */
public enum Health {
    /** No check has come to a result that counts yet. */
    STARTING,
    HEALTHY,
    /** As many checks in a row failed as the module's {@code Healthcheck} allows. */
    UNHEALTHY;

    /** As it stands in JSON. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Null for any other word, {@code none} included: a module without a check. */
    public static @Nullable Health parse(@Nullable String text) {
        for (Health health : values()) {
            if (health.text().equals(text)) {
                return health;
            }
        }
        return null;
    }
}

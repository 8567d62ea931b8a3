package kant.log;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * From which level on a program's events are written. It starts with the system property {@code kant.log.level} (a level of SLF4J, or
 * {@code OFF}; {@code INFO} where it is not set) and may be set at any time, for all loggers at once. Libraries stay silent below
 * {@code WARN}, whatever is set: their chatter is about themselves.
 */
public final class Threshold {
    private static final String PROPERTY = "kant.log.level";
    private static final String OURS = "kant.";
    private static final int OFF = Level.ERROR.toInt() + 1;

    private static volatile int least = of(System.getProperty(PROPERTY));

    private Threshold() {}

    public static void set(Level level) {
        least = level.toInt();
    }

    /** Whether events of this level are written for loggers of this name. */
    static boolean lets(String logger, Level level) {
        return level.toInt() >= least && (level.toInt() >= Level.WARN.toInt() || logger.startsWith(OURS));
    }

    private static int of(@Nullable String word) {
        if (word == null) {
            return Level.INFO.toInt();
        }
        return word.equalsIgnoreCase("OFF")
                ? OFF
                : Level.valueOf(word.toUpperCase(Locale.ROOT)).toInt();
    }
}

package kant.edgeagent;

import java.util.Locale;
import kant.log.Threshold;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/** The levels of {@code RuntimeLogLevel}: the word that modules are given, and ours. */
enum LogLevel {
    FATAL("Fatal", Level.ERROR),
    ERROR("Error", Level.ERROR),
    WARNING("Warning", Level.WARN),
    INFORMATION("Information", Level.INFO),
    DEBUG("Debug", Level.DEBUG),
    VERBOSE("Verbose", Level.TRACE);

    private final String word;
    private final Level level;

    LogLevel(String word, Level level) {
        this.word = word;
        this.level = level;
    }

    String word() {
        return word;
    }

    /** Makes it the level of everything that this program logs. */
    void apply() {
        Threshold.set(level);
    }

    /** What follows a first comma is ignored; absent and unknown words mean information (reference/agent.md §6). */
    static LogLevel parse(@Nullable String text) {
        String first = text == null ? "" : text.split(",", 2)[0].strip().toLowerCase(Locale.ROOT);
        for (LogLevel candidate : values()) {
            if (candidate.word.toLowerCase(Locale.ROOT).equals(first)) {
                return candidate;
            }
        }
        return INFORMATION;
    }
}

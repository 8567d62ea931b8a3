package kant.edgeagent.logs;

import java.util.regex.Pattern;
import kant.daemonapi.management.LogOptions;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of a module's log are wanted.
 *
 * @param tail the last so many, counted before the other conditions and once more after them; null for all
 * @param since as the daemon takes it: RFC 3339, Unix seconds, or a duration back from now; null for the beginning
 * @param until the same for the end
 * @param level the syslog number a line must have exactly, 0 to 7; null for any
 * @param regex must be found in the text behind level and time; null for any
 * @param timestamps whether text lines carry the engine's time
 */
public record LogFilter(
        @Nullable Long tail,
        @Nullable String since,
        @Nullable String until,
        @Nullable Integer level,
        @Nullable Pattern regex,
        boolean timestamps) {

    /** What the daemon is asked for; where all three are given, as in the original, the tail is only counted afterwards. */
    LogOptions options(boolean withTimes) {
        boolean all = tail != null && since != null && until != null;
        return new LogOptions(false, all ? null : tail, since, until, withTimes);
    }

    boolean accepts(LogLine line) {
        return (level == null || level == line.level())
                && (regex == null || regex.matcher(line.text()).find());
    }
}

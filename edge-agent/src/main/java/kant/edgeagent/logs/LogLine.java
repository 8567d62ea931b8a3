package kant.edgeagent.logs;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kant.daemonapi.management.LogFrames;
import org.jspecify.annotations.Nullable;

/**
 * One line of a module's log, taken apart: {@code [engine's time] [<level>] [module's own time] text}, all but the text optional.
 *
 * @param whole as the module wrote it, without the engine's time and the line's end
 * @param time the engine's, RFC 3339; null where it was not asked for
 * @param level the syslog number, 6 where the line names none
 * @param text behind level and time
 */
public record LogLine(
        LogFrames.Stream stream, String whole, @Nullable String time, int level, String text) {
    private static final int INFORMATION = 6;

    private static final Pattern ENGINE_TIME =
            Pattern.compile("(\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(?:Z|[+-]\\d\\d:\\d\\d)) ?");
    private static final Pattern LEVEL = Pattern.compile("<([0-7])> ?");
    private static final Pattern OWN_TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3} [+-]\\d\\d:\\d\\d ?");

    /** How our own programs begin their lines: {@code WARN  2026-08-21T10:00:00.000Z }. */
    private static final Pattern KANT_HEAD =
            Pattern.compile("(ERROR|WARN|INFO|DEBUG|TRACE) +\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z ");

    /** @param timed whether the engine put its time before the line */
    static LogLine parse(LogFrames.Stream stream, String line, boolean timed) {
        Matcher engine = ENGINE_TIME.matcher(line);
        boolean hasTime = timed && engine.lookingAt();
        String whole = hasTime ? line.substring(engine.end()) : line;
        Matcher kant = KANT_HEAD.matcher(whole);
        if (kant.lookingAt()) {
            String text = whole.substring(kant.end());
            return new LogLine(stream, whole, hasTime ? engine.group(1) : null, number(kant.group(1)), text);
        }
        Matcher level = LEVEL.matcher(whole);
        boolean hasLevel = level.lookingAt();
        String rest = hasLevel ? whole.substring(level.end()) : whole;
        Matcher own = OWN_TIME.matcher(rest);
        return new LogLine(
                stream,
                whole,
                hasTime ? engine.group(1) : null,
                hasLevel ? Integer.parseInt(level.group(1)) : INFORMATION,
                own.lookingAt() ? rest.substring(own.end()) : rest);
    }

    private static int number(String level) {
        return switch (level) {
            case "ERROR" -> 3;
            case "WARN" -> 4;
            case "INFO" -> INFORMATION;
            default -> 7;
        };
    }
}

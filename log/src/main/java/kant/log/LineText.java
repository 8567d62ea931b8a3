package kant.log;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/**
 * An event as text: {@code LEVEL time component message key="value" …} and a line break, then the frames of a cause.
 *
 * <p>A topic, a module's name or an error's text is an attacker's string: whatever could end a line or a quotation is escaped, so that
 * one event is one line and no value can pretend to be another key.
 */
final class LineText {
    private static final int MOST_FRAMES = 20;
    private static final int MOST_CAUSES = 5;
    private static final int LEVEL_WIDTH = 5;
    private static final DateTimeFormatter MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

    private final StringBuilder out = new StringBuilder(160);

    private LineText() {}

    /** @param component the logger's name; what follows its last dot is written */
    static String of(
            Instant time,
            Level level,
            String component,
            @Nullable String message,
            @Nullable List<KeyValuePair> pairs,
            @Nullable Throwable cause) {
        var text = new LineText();
        text.head(time, level, component);
        text.escaped(String.valueOf(message), false);
        for (KeyValuePair pair : pairs == null ? List.<KeyValuePair>of() : pairs) {
            text.pair(pair);
        }
        text.out.append('\n');
        text.causes(cause);
        return text.out.toString();
    }

    private void head(Instant time, Level level, String component) {
        out.append(level).repeat(' ', LEVEL_WIDTH - level.toString().length()).append(' ');
        MILLIS.formatTo(time, out);
        out.append(' ')
                .append(component, component.lastIndexOf('.') + 1, component.length())
                .append(' ');
    }

    private void pair(KeyValuePair pair) {
        out.append(' ').append(pair.key).append("=\"");
        escaped(String.valueOf(pair.value), true);
        out.append('"');
    }

    private void escaped(String text, boolean quoted) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '"', '\\' -> out.append(quoted ? "\\" : "").append(c);
                default -> {
                    if (breaksLine(c)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }

    /** Control characters steer terminals, and some viewers break lines at Unicode's separators. */
    private static boolean breaksLine(char c) {
        return c != '\t' && (Character.isISOControl(c) || c == '\u2028' || c == '\u2029');
    }

    private void causes(@Nullable Throwable first) {
        Throwable cause = first;
        for (int n = 0; cause != null && n < MOST_CAUSES; n++, cause = cause.getCause()) {
            out.append(n == 0 ? "" : "Caused by: ");
            escaped(cause.toString(), false);
            out.append('\n');
            StackTraceElement[] frames = cause.getStackTrace();
            for (int i = 0; i < Math.min(frames.length, MOST_FRAMES); i++) {
                out.append("\tat ").append(frames[i]).append('\n');
            }
            if (frames.length > MOST_FRAMES) {
                out.append("\t... ").append(frames.length - MOST_FRAMES).append(" more\n");
            }
        }
    }
}

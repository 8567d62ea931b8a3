package kant.edgedaemon.management;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The three ways to say since when: RFC 3339, Unix seconds, or how long ago ({@code 1 day}, {@code 90m}, {@code 2h30m}), as the original
 * takes them (edgelet/edgelet-core/src/parse_since.rs).
 */
final class LogTime {
    private static final Pattern AGO = Pattern.compile(
            "\\s*(\\d{1,9})\\s*(seconds|second|secs|sec|s|minutes|minute|mins|min|m|hours|hour|hrs|hr|h|days|day|d|weeks|week|w)");

    private LogTime() {}

    /** A parameter of a call, null where it is absent; a malformed one is refused by name. */
    static @Nullable Instant parameter(String name, @Nullable String text, Instant now) throws RefusedException {
        if (text == null) {
            return null;
        }
        return parse(text, now)
                .orElseThrow(() -> new RefusedException(new Refusal.Invalid("invalid parameter: " + name)));
    }

    static Optional<Instant> parse(String text, Instant now) {
        if (text.matches("-?\\d{1,10}")) {
            return Optional.of(Instant.ofEpochSecond(Long.parseLong(text)));
        }
        try {
            return Optional.of(OffsetDateTime.parse(text.replace(' ', '+')).toInstant());
        } catch (DateTimeException _) {
            return ago(text).map(now::minus); // no date: a duration, or nothing we know
        }
    }

    private static Optional<Duration> ago(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = AGO.matcher(text);
        int at = 0;
        while (part.find() && part.start() == at) {
            sum = sum.plus(length(Long.parseLong(part.group(1)), part.group(2).charAt(0), part.group(2)));
            at = part.end();
        }
        return at > 0 && text.substring(at).isBlank() ? Optional.of(sum) : Optional.empty();
    }

    private static Duration length(long count, char unit, String word) {
        return switch (unit) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            case 'd' -> Duration.ofDays(count);
            case 'w' -> Duration.ofDays(count * 7);
            default -> throw new AssertionError(word);
        };
    }
}

package kant.edgedaemon.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lengths of time as people write them, {@code 1 day}, {@code 90m}, {@code 2h30m}, in the words of the original's configuration. */
public final class TimeSpan {
    private static final Pattern PART = Pattern.compile(
            "\\s*(\\d{1,9})\\s*(seconds|second|secs|sec|s|minutes|minute|mins|min|m|hours|hour|hrs|hr|h|days|day|d|weeks|week|w)");

    private TimeSpan() {}

    /** Empty where the text is none. */
    public static Optional<Duration> parse(String text) {
        Duration sum = Duration.ZERO;
        Matcher part = PART.matcher(text);
        int at = 0;
        while (part.find() && part.start() == at) {
            sum = sum.plus(length(Long.parseLong(part.group(1)), part.group(2)));
            at = part.end();
        }
        return at > 0 && text.substring(at).isBlank() ? Optional.of(sum) : Optional.empty();
    }

    private static Duration length(long count, String unit) {
        return switch (unit.charAt(0)) {
            case 's' -> Duration.ofSeconds(count);
            case 'm' -> Duration.ofMinutes(count);
            case 'h' -> Duration.ofHours(count);
            case 'd' -> Duration.ofDays(count);
            case 'w' -> Duration.ofDays(count * 7);
            default -> throw new AssertionError(unit);
        };
    }
}

package kant.edgedaemon.management;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import kant.edgedaemon.config.TimeSpan;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * The three ways to say since when: RFC 3339, Unix seconds, or how long ago ({@code 1 day}, {@code 90m}, {@code 2h30m}), as the original
 * takes them (edgelet/edgelet-core/src/parse_since.rs).
 */
final class LogTime {
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
            return TimeSpan.parse(text).map(now::minus); // no date: a duration, or nothing we know
        }
    }
}

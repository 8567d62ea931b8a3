package kant.protocol.amqp.wire;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** Property values between AMQP's types and the text that messages carry inside. */
final class Values {
    private Values() {}

    /** Any value as text: the original loses what is no string, here it is written out. */
    static String text(@Nullable Object value) {
        return switch (value) {
            case null -> "";
            case String text -> text;
            case byte[] bytes -> new String(bytes, StandardCharsets.UTF_8);
            default -> value.toString(); // numbers in decimal, times as ISO 8601, UUIDs with dashes
        };
    }

    /** A time in text, null where it is none. */
    static @Nullable Instant time(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        try {
            return text.endsWith("Z")
                    ? Instant.parse(text)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            return null; // a client's own text; it goes on as a property of no meaning
        }
    }
}

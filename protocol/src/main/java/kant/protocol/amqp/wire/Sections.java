package kant.protocol.amqp.wire;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One AMQP message (AMQP 1.0 §3.2). Values are Java's: strings, boxed numbers, protonj2's unsigned numbers, {@link java.time.Instant},
 * {@link java.util.UUID}, {@link AmqpSymbol}, byte arrays.
 *
 * @param annotations message annotations; their keys are symbols on the wire
 * @param application application properties
 * @param value the body where it is one AMQP value, else null
 * @param data the body where it is data, not copied; null where there is none
 */
public record Sections(
        MessageProperties properties,
        Map<String, ? extends @Nullable Object> annotations,
        Map<String, ? extends @Nullable Object> application,
        @Nullable Object value,
        byte @Nullable [] data) {
    private static final byte[] NOTHING = new byte[0];

    /** A message with a data body. */
    public static Sections of(
            MessageProperties properties,
            Map<String, ? extends @Nullable Object> annotations,
            Map<String, ? extends @Nullable Object> application,
            byte[] data) {
        return new Sections(properties, annotations, application, null, data);
    }

    /** The body as bytes: data as it is, a text or binary value as its bytes, nothing where there is no body. */
    public byte[] body() throws MalformedMessage {
        if (data != null) {
            return data;
        }
        return switch (value) {
            case null -> NOTHING;
            case byte[] bytes -> bytes;
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            default ->
                throw new MalformedMessage("the body is an AMQP value that is neither text nor binary; send data");
        };
    }

    /** An annotation as text, null where it is absent. */
    public @Nullable String annotation(String name) {
        Object found = annotations.get(name);
        return found == null ? null : Values.text(found);
    }

    /** An application property as text, null where it is absent. */
    public @Nullable String property(String name) {
        Object found = application.get(name);
        return found == null ? null : Values.text(found);
    }
}

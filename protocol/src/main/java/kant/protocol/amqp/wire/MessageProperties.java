package kant.protocol.amqp.wire;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The properties section of a message (AMQP 1.0 §3.2.4), as far as IoT Hub gives it a meaning.
 *
 * @param messageId string, {@link java.util.UUID}, {@link org.apache.qpid.protonj2.types.UnsignedLong} or bytes, as it came
 * @param correlationId likewise; an answer carries its request's message id here, value and type
 */
public record MessageProperties(
        @Nullable Object messageId,
        byte @Nullable [] userId,
        @Nullable String to,
        @Nullable String replyTo,
        @Nullable Object correlationId,
        @Nullable String contentType,
        @Nullable String contentEncoding,
        @Nullable Instant expiry) {
    public static final MessageProperties NONE = new MessageProperties(null, null, null, null, null, null, null, null);

    /** Of an answer, or of a request that asks for one. */
    public static MessageProperties correlated(@Nullable Object correlationId) {
        return new MessageProperties(null, null, null, null, correlationId, null, null, null);
    }

    static MessageProperties read(AmqpReader reader) throws MalformedMessage {
        List<@Nullable Object> fields = reader.list();
        return new MessageProperties(
                id(field(fields, 0)),
                field(fields, 1) instanceof byte[] bytes ? bytes : null,
                text(field(fields, 2)),
                text(field(fields, 4)),
                id(field(fields, 5)),
                text(field(fields, 6)),
                text(field(fields, 7)),
                field(fields, 8) instanceof Instant time ? time : null);
    }

    void write(AmqpWriter writer) {
        if (equals(NONE)) {
            return;
        }
        writer.section(Codes.PROPERTIES);
        writer.list(
                messageId,
                userId,
                to,
                null,
                replyTo,
                correlationId,
                contentType == null ? null : new AmqpSymbol(contentType),
                contentEncoding == null ? null : new AmqpSymbol(contentEncoding),
                expiry);
    }

    private static @Nullable Object field(List<@Nullable Object> fields, int index) {
        return index < fields.size() ? fields.get(index) : null;
    }

    private static @Nullable String text(@Nullable Object value) {
        return switch (value) {
            case String text -> text;
            case AmqpSymbol symbol -> symbol.name();
            case null, default -> null;
        };
    }

    /** An id that can be sent back as it came. */
    private static @Nullable Object id(@Nullable Object value) {
        return value instanceof List<?> || value instanceof Map<?, ?> ? null : value;
    }
}

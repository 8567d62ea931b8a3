package kant.conformance.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.codec.CodecFactory;
import org.apache.qpid.protonj2.codec.Decoder;
import org.apache.qpid.protonj2.codec.Encoder;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.AmqpValue;
import org.apache.qpid.protonj2.types.messaging.ApplicationProperties;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.MessageAnnotations;
import org.apache.qpid.protonj2.types.messaging.Properties;
import org.apache.qpid.protonj2.types.messaging.Section;

/** An AMQP message section by section, so that a check sees types and not only values. */
public final class AmqpMessage {
    private final Properties properties = new Properties();
    private final Map<Symbol, Object> annotations = new HashMap<>();
    private final Map<String, Object> application = new LinkedHashMap<>();
    private final List<Section<?>> body = new ArrayList<>();

    public static AmqpMessage data(String body) {
        return data(body.getBytes(StandardCharsets.UTF_8));
    }

    public static AmqpMessage data(byte[] body) {
        var message = new AmqpMessage();
        message.body.add(new Data(body));
        return message;
    }

    /** With an amqp-value as its body. */
    public static AmqpMessage value(Object value) {
        var message = new AmqpMessage();
        message.body.add(new AmqpValue<>(value));
        return message;
    }

    /** With no body at all. */
    public static AmqpMessage empty() {
        return new AmqpMessage();
    }

    /** Many whole messages as one, each in a data section; goes with {@link AmqpSender#BATCH}. */
    public static AmqpMessage batch(List<AmqpMessage> messages) {
        var envelope = new AmqpMessage();
        messages.forEach(message -> envelope.body.add(new Data(message.encode())));
        return envelope;
    }

    public AmqpMessage id(Object messageId) {
        properties.setMessageId(messageId);
        return this;
    }

    public AmqpMessage correlation(Object correlationId) {
        properties.setCorrelationId(correlationId);
        return this;
    }

    public AmqpMessage to(String address) {
        properties.setTo(address);
        return this;
    }

    public AmqpMessage with(String applicationProperty, Object value) {
        application.put(applicationProperty, value);
        return this;
    }

    public AmqpMessage annotated(String annotation, Object value) {
        annotations.put(Symbol.valueOf(annotation), value);
        return this;
    }

    public Properties properties() {
        return properties;
    }

    public Object correlation() {
        return properties.getCorrelationId();
    }

    public Object application(String name) {
        return application.get(name);
    }

    public Map<String, Object> application() {
        return Map.copyOf(application);
    }

    public Object annotation(String name) {
        return annotations.get(Symbol.valueOf(name));
    }

    /** The sections of its body. */
    public List<Section<?>> body() {
        return List.copyOf(body);
    }

    /** The body, which must be one data section. */
    public String text() {
        if (body.size() == 1 && body.getFirst() instanceof Data data) {
            return new String(data.getValue(), StandardCharsets.UTF_8);
        }
        throw new AssertionError("expected one data section, came " + body);
    }

    public byte[] encode() {
        Encoder encoder = CodecFactory.getEncoder();
        ProtonBuffer buffer = ProtonBufferAllocator.defaultAllocator().allocate();
        var state = encoder.newEncoderState();
        if (!annotations.isEmpty()) {
            encoder.writeObject(buffer, state, new MessageAnnotations(annotations));
        }
        encoder.writeObject(buffer, state, properties);
        if (!application.isEmpty()) {
            encoder.writeObject(buffer, state, new ApplicationProperties(application));
        }
        body.forEach(section -> encoder.writeObject(buffer, state, section));
        byte[] bytes = new byte[buffer.getReadableBytes()];
        buffer.readBytes(bytes, 0, bytes.length);
        return bytes;
    }

    static AmqpMessage decode(ProtonBuffer bytes) {
        Decoder decoder = CodecFactory.getDecoder();
        var state = decoder.newDecoderState();
        var message = new AmqpMessage();
        while (bytes.isReadable()) {
            switch (decoder.readObject(bytes, state)) {
                case MessageAnnotations found -> message.annotations.putAll(found.getValue());
                case ApplicationProperties found -> message.application.putAll(found.getValue());
                case Properties found -> message.take(found);
                case Data found -> message.body.add(found);
                case AmqpValue<?> found -> message.body.add(found);
                default -> {
                    // headers, delivery annotations and footers mean nothing here
                }
            }
        }
        return message;
    }

    private void take(Properties found) {
        properties.setMessageId(found.getMessageId());
        properties.setCorrelationId(found.getCorrelationId());
        properties.setTo(found.getTo());
        properties.setContentType(found.getContentType());
        properties.setContentEncoding(found.getContentEncoding());
        properties.setAbsoluteExpiryTime(found.getAbsoluteExpiryTime());
        properties.setUserId(found.getUserId());
    }

    @Override
    public String toString() {
        return "properties " + properties + ", annotations " + annotations + ", application " + application + ", body "
                + body;
    }
}

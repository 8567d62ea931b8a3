package kant.protocol.amqp.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBuffer;
import org.jspecify.annotations.Nullable;

/** Messages and their bytes. */
public final class SectionsCodec {
    private static final int SECTIONS = 256;

    private SectionsCodec() {}

    /** Reads one message; a data body is copied once, out of the buffer, which stays the caller's. */
    public static Sections decode(ProtonBuffer buffer) throws MalformedMessage {
        return read(reader(buffer));
    }

    /**
     * Reads what one transfer carries: one message, or where its format says so the messages of a batch
     * (reference/device-protocols.md §3.5).
     *
     * @param format the transfer's message format
     */
    public static List<Sections> decode(ProtonBuffer buffer, int format) throws MalformedMessage {
        AmqpReader reader = reader(buffer);
        if (format != WireNames.BATCH_FORMAT) {
            return List.of(read(reader));
        }
        List<Sections> messages = new ArrayList<>();
        while (reader.hasMore()) {
            if (reader.section() == Codes.DATA) {
                messages.add(read(reader.inner()));
            } else {
                reader.skip();
            }
        }
        return messages;
    }

    /** The bytes of a message. */
    public static ProtonBuffer encode(Sections message) {
        byte[] data = message.data();
        var writer = new AmqpWriter(SECTIONS + (data == null ? 0 : data.length));
        write(message, writer);
        return writer.buffer();
    }

    /** The bytes of a batch, to be sent with {@link WireNames#BATCH_FORMAT}. */
    public static ProtonBuffer encodeBatch(List<Sections> messages) {
        var writer = new AmqpWriter(SECTIONS * messages.size());
        for (Sections message : messages) {
            ProtonBuffer encoded = encode(message);
            byte[] bytes = new byte[encoded.getReadableBytes()];
            encoded.readBytes(bytes, 0, bytes.length);
            writer.section(Codes.DATA);
            writer.value(bytes);
        }
        return writer.buffer();
    }

    private static void write(Sections message, AmqpWriter writer) {
        if (!message.annotations().isEmpty()) {
            writer.section(Codes.MESSAGE_ANNOTATIONS);
            writer.map(message.annotations(), true);
        }
        message.properties().write(writer);
        if (!message.application().isEmpty()) {
            writer.section(Codes.APPLICATION_PROPERTIES);
            writer.map(message.application(), false);
        }
        if (message.data() != null) {
            writer.section(Codes.DATA);
            writer.value(message.data());
        } else if (message.value() != null) {
            writer.section(Codes.VALUE);
            writer.value(message.value());
        }
    }

    private static Sections read(AmqpReader reader) throws MalformedMessage {
        MessageProperties properties = MessageProperties.NONE;
        Map<String, @Nullable Object> annotations = Map.of();
        Map<String, @Nullable Object> application = Map.of();
        Object value = null;
        byte[] data = null;
        while (reader.hasMore()) {
            switch (reader.section()) {
                case Codes.MESSAGE_ANNOTATIONS -> annotations = reader.map();
                case Codes.PROPERTIES -> properties = MessageProperties.read(reader);
                case Codes.APPLICATION_PROPERTIES -> application = reader.map();
                case Codes.DATA -> data = data == null ? reader.binary() : joined(data, reader.binary());
                case Codes.VALUE -> value = reader.value();
                case Codes.SEQUENCE -> throw new MalformedMessage("the body is an AMQP sequence; send data");
                default -> reader.skip(); // header, delivery annotations and footer mean nothing to a hub
            }
        }
        return new Sections(properties, annotations, application, value, data);
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    /** Reads in place where the bytes lie together on the heap, as those of a single frame do. */
    private static AmqpReader reader(ProtonBuffer buffer) {
        if (buffer instanceof ProtonByteArrayBuffer heap) {
            // protonj2 1.1.0's array offset leaves out what has been read already
            int start = heap.getReadableArrayOffset() + heap.getReadOffset();
            return new AmqpReader(heap.getReadableArray(), start, start + heap.getReadableBytes());
        }
        byte[] bytes = new byte[buffer.getReadableBytes()];
        buffer.copyInto(buffer.getReadOffset(), bytes, 0, bytes.length);
        return new AmqpReader(bytes, 0, bytes.length);
    }
}

package kant.iothub.message;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.identity.IdentityId;
import kant.model.message.Message;

/**
 * A message as bytes, in the telemetry log and in the queues to devices; numbers big-endian:
 *
 * <pre>
 * 0   1  format, 1
 * 1   8  enqueued time, milliseconds since 1970
 * 9   …  sender, text
 *     …  system properties: 4 bytes count, then name and value, text each
 *     …  application properties, the same
 *     …  payload, up to the end
 * text: 4 bytes length, then UTF-8
 * </pre>
 */
public final class MessageCodec {
    private static final int FORMAT = 1;
    private static final int USUAL_HEADER_BYTES = 256;

    private MessageCodec() {}

    public static byte[] encode(Instant enqueued, Message message) {
        try {
            var bytes = new ByteArrayOutputStream(message.payload().length + USUAL_HEADER_BYTES);
            var out = new DataOutputStream(bytes);
            out.writeByte(FORMAT);
            out.writeLong(enqueued.toEpochMilli());
            writeText(out, message.sender().text());
            writeProperties(out, message.systemProperties());
            writeProperties(out, message.properties());
            out.write(message.payload());
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory", e);
        }
    }

    /** @throws IOException where the bytes are not of this format */
    public static StoredMessage decode(byte[] stored) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(stored))) {
            int format = in.readUnsignedByte();
            if (format != FORMAT) {
                throw new IOException("it has format " + format + ", this version reads " + FORMAT);
            }
            Instant enqueued = Instant.ofEpochMilli(in.readLong());
            IdentityId sender = IdentityId.parse(readText(in));
            Map<String, String> systemProperties = readProperties(in);
            Map<String, String> properties = readProperties(in);
            return new StoredMessage(enqueued, new Message(sender, systemProperties, properties, in.readAllBytes()));
        } catch (IllegalArgumentException e) {
            throw new IOException("its sender is not usable", e);
        }
    }

    private static void writeProperties(DataOutputStream out, Map<String, String> properties) throws IOException {
        out.writeInt(properties.size());
        for (var property : properties.entrySet()) {
            writeText(out, property.getKey());
            writeText(out, property.getValue());
        }
    }

    private static Map<String, String> readProperties(DataInputStream in) throws IOException {
        int count = in.readInt();
        Map<String, String> properties = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String name = readText(in);
            properties.put(name, readText(in));
        }
        return properties;
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a text of " + length + " bytes in the " + in.available() + " left of its record");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}

package kant.protocol.amqp.wire;

import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * GUIDs as .NET writes them into 16 bytes: the first three groups are little-endian (device-protocols.md §3.4).
 *
 * <pre>
 * 00112233-4455-6677-8899-aabbccddeeff  is  33 22 11 00  55 44  77 66  88 99 aa bb cc dd ee ff
 * </pre>
 */
public final class Guids {
    private Guids() {}

    public static byte[] bytes(UUID guid) {
        long high = guid.getMostSignificantBits();
        return ByteBuffer.allocate(WireNames.TAG_BYTES)
                .putInt(Integer.reverseBytes((int) (high >> 32)))
                .putShort(Short.reverseBytes((short) (high >> 16)))
                .putShort(Short.reverseBytes((short) high))
                .putLong(guid.getLeastSignificantBits())
                .array();
    }

    /** @throws IllegalArgumentException where these are not 16 bytes */
    public static UUID guid(byte[] bytes) {
        if (bytes.length != WireNames.TAG_BYTES) {
            throw new IllegalArgumentException("a GUID has 16 bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long first = Integer.toUnsignedLong(Integer.reverseBytes(buffer.getInt()));
        long second = Short.toUnsignedLong(Short.reverseBytes(buffer.getShort()));
        long third = Short.toUnsignedLong(Short.reverseBytes(buffer.getShort()));
        return new UUID(first << 32 | second << 16 | third, buffer.getLong());
    }
}

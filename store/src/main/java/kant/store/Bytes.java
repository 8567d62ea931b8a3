package kant.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Variable-length numbers and texts in a buffer, as all records of the store write them. */
final class Bytes {
    /** Of a {@code long} in {@link #putNumber}. */
    static final int MAX_NUMBER_BYTES = 9;

    private static final int MAX_UTF8_PER_CHAR = 3;

    private Bytes() {}

    /** Seven bits a byte, lowest first, the top bit set on all but the last; never negative. */
    static void putNumber(ByteBuffer b, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("negative number " + value);
        }
        long rest = value;
        while (rest >= 0x80) {
            b.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        b.put((byte) rest);
    }

    static long number(ByteBuffer b) {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            byte next = b.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("number of more than nine bytes");
    }

    /** The bytes that {@link #putText} takes at most. */
    static int textBound(String text) {
        return MAX_NUMBER_BYTES + MAX_UTF8_PER_CHAR * text.length();
    }

    /** UTF-8 behind its length. Nearly all texts are ASCII and go over without an array between. */
    static void putText(ByteBuffer b, String text) {
        int start = b.position();
        int length = text.length();
        putNumber(b, length);
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                putNumber(b.position(start), utf8.length);
                b.put(utf8);
                return;
            }
            b.put((byte) c);
        }
    }

    static String text(ByteBuffer b) {
        int length = length(b);
        if (b.hasArray()) {
            int from = b.arrayOffset() + b.position();
            b.position(b.position() + length);
            return new String(b.array(), from, length, StandardCharsets.UTF_8);
        }
        var utf8 = new byte[length];
        b.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static void skipText(ByteBuffer b) {
        int length = length(b);
        b.position(b.position() + length);
    }

    /** A length that the buffer can satisfy. */
    static int length(ByteBuffer b) {
        long length = number(b);
        if (length > b.remaining()) {
            throw new IllegalArgumentException("length " + length + " with " + b.remaining() + " bytes left");
        }
        return (int) length;
    }
}

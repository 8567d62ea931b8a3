package kant.protocol.amqp.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.protonj2.types.UnsignedByte;
import org.apache.qpid.protonj2.types.UnsignedInteger;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.UnsignedShort;
import org.jspecify.annotations.Nullable;

/**
 * Reads AMQP values from bytes (AMQP 1.0 §1.6). What it allocates is bounded by what it reads: sizes and counts are compared with the
 * bytes that are there before anything is made for them, and depth is limited.
 */
final class AmqpReader {
    /** Values in values; a property value of IoT Hub is flat. */
    private static final int MAX_DEPTH = 16;

    private final byte[] bytes;
    private final int end;
    private int at;

    AmqpReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    boolean hasMore() {
        return at < end;
    }

    /** The descriptor of a section as its number; a section described by its name in words is not spoken by anybody. */
    int section() throws MalformedMessage {
        if (octet() != Codes.DESCRIBED) {
            throw new MalformedMessage("a section does not begin with a descriptor, at byte " + (at - 1));
        }
        return switch (value(0)) {
            case UnsignedLong code
            when code.longValue() >= Codes.HEADER && code.longValue() <= Codes.FOOTER -> code.intValue();
            case null, default -> throw new MalformedMessage("unknown section, before byte " + at);
        };
    }

    @Nullable
    Object value() throws MalformedMessage {
        return value(0);
    }

    /** Passes over one value without making anything of it. */
    void skip() throws MalformedMessage {
        skip(0);
    }

    /** The bytes of a binary value, copied out; none for null. */
    byte[] binary() throws MalformedMessage {
        int code = octet();
        return switch (code) {
            case Codes.BINARY8 -> copy(octet());
            case Codes.BINARY32 -> copy(size32());
            case Codes.NULL -> new byte[0];
            default -> throw unexpected(code, "binary");
        };
    }

    /** A reader of the inside of a binary value, which is not copied. */
    AmqpReader inner() throws MalformedMessage {
        int code = octet();
        int size = switch (code) {
            case Codes.BINARY8 -> octet();
            case Codes.BINARY32 -> size32();
            default -> throw unexpected(code, "binary");
        };
        int start = take(size);
        return new AmqpReader(bytes, start, start + size);
    }

    /** A list, its end cut off where fields are left out; empty for null. */
    List<@Nullable Object> list() throws MalformedMessage {
        int code = octet();
        return code == Codes.NULL ? List.of() : list(code, 0);
    }

    /** A map with string or symbol keys as text; empty for null. */
    Map<String, @Nullable Object> map() throws MalformedMessage {
        int code = octet();
        if (code == Codes.NULL) {
            return Map.of();
        }
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        for (int pairs = pairs(code); pairs > 0; pairs--) {
            Object key = value(1);
            Object value = value(1);
            if (key != null) {
                result.put(key.toString(), value);
            }
        }
        return result;
    }

    private @Nullable Object value(int depth) throws MalformedMessage {
        int code = octet();
        return switch (code) {
            case Codes.DESCRIBED -> {
                skip(depth + 1);
                yield value(deeper(depth));
            }
            case Codes.NULL -> null;
            case Codes.TRUE -> true;
            case Codes.FALSE -> false;
            case Codes.BOOLEAN -> octet() != 0;
            case Codes.UBYTE -> UnsignedByte.valueOf((byte) octet());
            case Codes.BYTE -> (byte) octet();
            case Codes.USHORT -> UnsignedShort.valueOf((short) number(2));
            case Codes.SHORT -> (short) number(2);
            case Codes.UINT0 -> UnsignedInteger.ZERO;
            case Codes.SMALL_UINT -> UnsignedInteger.valueOf(octet());
            case Codes.UINT -> UnsignedInteger.valueOf((int) number(4));
            case Codes.SMALL_INT -> (int) (byte) octet();
            case Codes.INT -> (int) number(4);
            case Codes.ULONG0 -> UnsignedLong.ZERO;
            case Codes.SMALL_ULONG -> UnsignedLong.valueOf(octet());
            case Codes.ULONG -> UnsignedLong.valueOf(number(8));
            case Codes.SMALL_LONG -> (long) (byte) octet();
            case Codes.LONG -> number(8);
            case Codes.FLOAT -> Float.intBitsToFloat((int) number(4));
            case Codes.DOUBLE -> Double.longBitsToDouble(number(8));
            case Codes.CHAR -> character();
            case Codes.TIMESTAMP -> Instant.ofEpochMilli(number(8));
            case Codes.UUID -> new UUID(number(8), number(8));
            case Codes.BINARY8 -> copy(octet());
            case Codes.BINARY32 -> copy(size32());
            case Codes.STRING8 -> text(octet());
            case Codes.STRING32 -> text(size32());
            case Codes.SYMBOL8 -> new AmqpSymbol(text(octet()));
            case Codes.SYMBOL32 -> new AmqpSymbol(text(size32()));
            case Codes.LIST0, Codes.LIST8, Codes.LIST32 -> list(code, depth);
            case Codes.MAP8, Codes.MAP32 -> {
                Map<Object, @Nullable Object> map = new LinkedHashMap<>();
                for (int pairs = pairs(code); pairs > 0; pairs--) {
                    Object key = value(deeper(depth));
                    Object value = value(deeper(depth));
                    if (key != null) {
                        map.put(key, value);
                    }
                }
                yield map;
            }
            default -> { // arrays and decimals carry nothing that is understood here
                skipBody(code, depth);
                yield null;
            }
        };
    }

    private List<@Nullable Object> list(int code, int depth) throws MalformedMessage {
        int count = count(code, Codes.LIST0, Codes.LIST8, Codes.LIST32, "list");
        List<@Nullable Object> list = new ArrayList<>(Math.min(count, 16));
        for (int i = 0; i < count; i++) {
            list.add(value(deeper(depth)));
        }
        return list;
    }

    private int pairs(int code) throws MalformedMessage {
        int count = count(code, -1, Codes.MAP8, Codes.MAP32, "map");
        if (count % 2 != 0) {
            throw new MalformedMessage("a map has a key without a value, before byte " + at);
        }
        return count / 2;
    }

    /** The number of elements of a compound; each takes at least one byte. */
    private int count(int code, int empty, int small, int large, String what) throws MalformedMessage {
        if (code == empty) {
            return 0;
        }
        if (code != small && code != large) {
            throw unexpected(code, what);
        }
        int size = code == small ? octet() : size32();
        int width = code == small ? 1 : 4;
        if (size < width || size > end - at) {
            throw truncated();
        }
        int count = code == small ? octet() : size32();
        if (count > size - width) {
            throw new MalformedMessage("a " + what + " of " + size + " bytes claims " + count + " elements");
        }
        return count;
    }

    private void skip(int depth) throws MalformedMessage {
        int code = octet();
        if (code == Codes.DESCRIBED) {
            skip(deeper(depth));
            skip(deeper(depth));
            return;
        }
        skipBody(code, depth);
    }

    private void skipBody(int code, int depth) throws MalformedMessage {
        deeper(depth);
        switch (code >> 4) {
            case 0x4 -> {}
            case 0x5 -> take(1);
            case 0x6 -> take(2);
            case 0x7 -> take(4);
            case 0x8 -> take(8);
            case 0x9 -> take(16);
            case 0xa, 0xc, 0xe -> take(octet());
            case 0xb, 0xd, 0xf -> take(size32());
            default ->
                throw new MalformedMessage("unknown encoding 0x" + Integer.toHexString(code) + ", before byte " + at);
        }
    }

    private static int deeper(int depth) throws MalformedMessage {
        if (depth >= MAX_DEPTH) {
            throw new MalformedMessage("values are nested deeper than " + MAX_DEPTH);
        }
        return depth + 1;
    }

    private Object character() throws MalformedMessage {
        int point = (int) number(4);
        if (!Character.isValidCodePoint(point)) {
            throw new MalformedMessage("a character is no Unicode code point, before byte " + at);
        }
        return Character.toString(point);
    }

    private String text(int size) throws MalformedMessage {
        int start = take(size);
        for (int i = start; i < start + size; i++) {
            if (bytes[i] < 0) {
                return utf8(start, size);
            }
        }
        return new String(bytes, start, size, StandardCharsets.ISO_8859_1);
    }

    private String utf8(int start, int size) throws MalformedMessage {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, size))
                    .toString();
        } catch (CharacterCodingException _) {
            throw new MalformedMessage("a string is not UTF-8, at byte " + start);
        }
    }

    private byte[] copy(int size) throws MalformedMessage {
        int start = take(size);
        byte[] result = new byte[size];
        System.arraycopy(bytes, start, result, 0, size);
        return result;
    }

    private int octet() throws MalformedMessage {
        return bytes[take(1)] & 0xff;
    }

    private int size32() throws MalformedMessage {
        int size = (int) number(4);
        if (size < 0) {
            throw truncated();
        }
        return size;
    }

    private long number(int width) throws MalformedMessage {
        int start = take(width);
        long number = 0;
        for (int i = start; i < start + width; i++) {
            number = number << 8 | bytes[i] & 0xff;
        }
        return number;
    }

    /** Where the next bytes begin, which are passed over. */
    private int take(int size) throws MalformedMessage {
        if (size > end - at) {
            throw truncated();
        }
        int start = at;
        at += size;
        return start;
    }

    private MalformedMessage truncated() {
        return new MalformedMessage("the message ends inside a value, at byte " + at);
    }

    private MalformedMessage unexpected(int code, String wanted) {
        return new MalformedMessage(
                "encoding 0x" + Integer.toHexString(code) + " where a " + wanted + " is expected, before byte " + at);
    }
}

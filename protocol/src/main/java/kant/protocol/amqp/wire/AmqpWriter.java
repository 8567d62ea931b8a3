package kant.protocol.amqp.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.types.UnsignedByte;
import org.apache.qpid.protonj2.types.UnsignedInteger;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.UnsignedShort;
import org.jspecify.annotations.Nullable;

/** Writes AMQP values (AMQP 1.0 §1.6); compounds always in their long form, whose size is filled in at the end. */
final class AmqpWriter {
    private byte[] bytes;
    private int at;

    AmqpWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** What was written, not copied. */
    ProtonBuffer buffer() {
        return ProtonByteArrayBufferAllocator.wrapped(bytes, 0, at);
    }

    void section(int descriptor) {
        octet(Codes.DESCRIBED);
        octet(Codes.SMALL_ULONG);
        octet(descriptor);
    }

    void value(@Nullable Object value) {
        switch (value) {
            case null -> octet(Codes.NULL);
            case String text -> text(text.getBytes(StandardCharsets.UTF_8), Codes.STRING8, Codes.STRING32);
            case AmqpSymbol symbol ->
                text(symbol.name().getBytes(StandardCharsets.UTF_8), Codes.SYMBOL8, Codes.SYMBOL32);
            case byte[] binary -> text(binary, Codes.BINARY8, Codes.BINARY32);
            case Boolean flag -> octet(flag ? Codes.TRUE : Codes.FALSE);
            case UnsignedByte number -> fixed(Codes.UBYTE, number.byteValue(), 1);
            case Byte number -> fixed(Codes.BYTE, number, 1);
            case UnsignedShort number -> fixed(Codes.USHORT, number.shortValue(), 2);
            case Short number -> fixed(Codes.SHORT, number, 2);
            case UnsignedInteger number -> fixed(Codes.UINT, number.intValue(), 4);
            case Integer number -> fixed(Codes.INT, number, 4);
            case UnsignedLong number -> fixed(Codes.ULONG, number.longValue(), 8);
            case Long number -> fixed(Codes.LONG, number, 8);
            case Float number -> fixed(Codes.FLOAT, Float.floatToRawIntBits(number), 4);
            case Double number -> fixed(Codes.DOUBLE, Double.doubleToRawLongBits(number), 8);
            case Instant time -> fixed(Codes.TIMESTAMP, time.toEpochMilli(), 8);
            case UUID id -> {
                fixed(Codes.UUID, id.getMostSignificantBits(), 8);
                number(id.getLeastSignificantBits(), 8);
            }
            default -> throw new IllegalArgumentException("no AMQP type for " + value.getClass());
        }
    }

    /** A map; its keys become symbols, or strings. */
    void map(Map<String, ? extends @Nullable Object> map, boolean symbols) {
        int size = compound(Codes.MAP32, map.size() * 2);
        for (var entry : map.entrySet()) {
            value(symbols ? new AmqpSymbol(entry.getKey()) : entry.getKey());
            value(entry.getValue());
        }
        close(size);
    }

    /** A list; what is null at its end is left out. */
    void list(@Nullable Object... fields) {
        int count = fields.length;
        while (count > 0 && fields[count - 1] == null) {
            count--;
        }
        int size = compound(Codes.LIST32, count);
        for (int i = 0; i < count; i++) {
            value(fields[i]);
        }
        close(size);
    }

    private int compound(int code, int count) {
        octet(code);
        int size = at;
        number(0, 4);
        number(count, 4);
        return size;
    }

    private void close(int size) {
        int end = at;
        at = size;
        number(end - size - 4, 4);
        at = end;
    }

    private void text(byte[] text, int small, int large) {
        if (text.length < 256) {
            octet(small);
            octet(text.length);
        } else {
            fixed(large, text.length, 4);
        }
        ensure(text.length);
        System.arraycopy(text, 0, bytes, at, text.length);
        at += text.length;
    }

    private void fixed(int code, long value, int width) {
        octet(code);
        number(value, width);
    }

    private void number(long value, int width) {
        ensure(width);
        for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (value >> shift);
        }
    }

    private void octet(int value) {
        ensure(1);
        bytes[at++] = (byte) value;
    }

    private void ensure(int more) {
        if (bytes.length - at < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, at + more));
        }
    }
}

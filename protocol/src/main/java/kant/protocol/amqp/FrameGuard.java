package kant.protocol.amqp;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kant.protocol.head.ProtocolViolation;

/**
 * Looks through a frame's performative before protonj2 decodes it, for protonj2 1.1.0 trusts it too far: a map's or an array's count is
 * taken for the size of a table before anything is read, nested values recurse without an end, and every short symbol ever seen is
 * kept for as long as the process lives. Payloads of transfers are not looked at; they have their own decoder.
 */
final class FrameGuard {
    private static final int MAX_DEPTH = 16;

    /** Different symbols that peers may make this process remember, names of properties and capabilities mostly. */
    private static final int MAX_SYMBOLS = 20_000;

    private static final Set<String> SYMBOLS = ConcurrentHashMap.newKeySet();

    /** protonj2 keeps symbols up to this length. */
    private static final int KEPT_SYMBOL_BYTES = 64;

    private static final int FRAME_HEADER = 8;

    private final byte[] bytes;
    private int at;

    private FrameGuard(byte[] frame, int at) {
        this.bytes = frame;
        this.at = at;
    }

    /** Checks a whole frame. */
    static void check(byte[] frame) throws ProtocolViolation {
        int offset = (frame[4] & 0xff) * 4;
        if (offset < FRAME_HEADER || offset > frame.length) {
            throw new ProtocolViolation("a frame's data begins outside of it");
        }
        if (offset < frame.length) {
            new FrameGuard(frame, offset).value(frame.length, 0);
        }
    }

    private void value(int end, int depth) throws ProtocolViolation {
        body(code(end, depth), end, depth);
    }

    /** The code of a value's constructor, behind the descriptors it may have. */
    private int code(int end, int depth) throws ProtocolViolation {
        int code = octet(end);
        if (code != 0) {
            return code;
        }
        deeper(depth);
        value(end, depth + 1);
        return code(end, depth + 1);
    }

    private void body(int code, int end, int depth) throws ProtocolViolation {
        switch (code >> 4) {
            case 0x4 -> {}
            case 0x5 -> take(1, end);
            case 0x6 -> take(2, end);
            case 0x7 -> take(4, end);
            case 0x8 -> take(8, end);
            case 0x9 -> take(16, end);
            case 0xa -> variable(code, octet(end), end);
            case 0xb -> variable(code, size(end), end);
            case 0xc, 0xd -> compound(code, end, depth);
            case 0xe, 0xf -> array(code, end, depth);
            default -> throw new ProtocolViolation("unknown encoding 0x" + Integer.toHexString(code));
        }
    }

    private void variable(int code, int size, int end) throws ProtocolViolation {
        int start = at;
        take(size, end);
        boolean symbol = (code & 0xf) == 3;
        if (symbol && size <= KEPT_SYMBOL_BYTES && size > 0) {
            remember(new String(bytes, start, size, StandardCharsets.ISO_8859_1));
        }
    }

    private static void remember(String symbol) throws ProtocolViolation {
        if (SYMBOLS.contains(symbol)) {
            return;
        }
        if (SYMBOLS.size() >= MAX_SYMBOLS) {
            throw new ProtocolViolation("a symbol was never seen before, and " + MAX_SYMBOLS
                    + " different ones were; restart the program if peers really need more");
        }
        SYMBOLS.add(symbol);
    }

    private void compound(int code, int end, int depth) throws ProtocolViolation {
        deeper(depth);
        boolean small = code >> 4 == 0xc;
        int size = small ? octet(end) : size(end);
        if (size > end - at) {
            throw truncated();
        }
        int limit = at + size;
        int count = small ? octet(limit) : size(limit);
        if (count > limit - at) {
            throw tooMany(count);
        }
        for (int i = 0; i < count; i++) {
            value(limit, depth + 1);
        }
        at = limit;
    }

    private void array(int code, int end, int depth) throws ProtocolViolation {
        deeper(depth);
        boolean small = code >> 4 == 0xe;
        int size = small ? octet(end) : size(end);
        if (size > end - at) {
            throw truncated();
        }
        int limit = at + size;
        int count = small ? octet(limit) : size(limit);
        if (count > limit - at) { // elements without a byte of their own would cost more than they weigh
            throw tooMany(count);
        }
        int element = code(limit, depth + 1);
        for (int i = 0; i < count; i++) {
            body(element, limit, depth + 1);
        }
        at = limit;
    }

    private int size(int end) throws ProtocolViolation {
        int start = at;
        take(4, end);
        int size = (bytes[start] & 0xff) << 24
                | (bytes[start + 1] & 0xff) << 16
                | (bytes[start + 2] & 0xff) << 8
                | bytes[start + 3] & 0xff;
        if (size < 0) {
            throw truncated();
        }
        return size;
    }

    private int octet(int end) throws ProtocolViolation {
        int start = at;
        take(1, end);
        return bytes[start] & 0xff;
    }

    private void take(int size, int end) throws ProtocolViolation {
        if (size > end - at) {
            throw truncated();
        }
        at += size;
    }

    private static void deeper(int depth) throws ProtocolViolation {
        if (depth >= MAX_DEPTH) {
            throw new ProtocolViolation("values in a frame are nested deeper than " + MAX_DEPTH);
        }
    }

    private static ProtocolViolation truncated() {
        return new ProtocolViolation("a frame ends inside a value");
    }

    private static ProtocolViolation tooMany(int count) {
        return new ProtocolViolation("a value in a frame claims " + count + " elements, more than it has bytes");
    }
}

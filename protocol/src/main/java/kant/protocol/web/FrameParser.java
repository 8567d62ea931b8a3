package kant.protocol.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import kant.protocol.net.OnLoop;

/**
 * Reads a client's frames (RFC 6455 §5.2) as they arrive, in whatever pieces. What data frames carry is passed on at once, so
 * a frame costs no memory, however large it says it is and however slowly it comes; only control frames are gathered, which
 * have at most 125 bytes.
 *
 * <pre>
 * byte 0      fin 0x80, reserved 0x70, opcode 0x0f
 * byte 1      masked 0x80, length 0x7f: 126 means two more bytes of length, 127 eight
 * 0, 2 or 8   length
 * 4           mask
 * length      payload
 * </pre>
 */
@OnLoop
final class FrameParser {
    /** An AMQP message of 1 MiB in one piece, the largest thing that anybody may send, and room for its wrapping. */
    static final long MAX_FRAME_BYTES = (1 << 20) + (1 << 16);

    private static final int MAX_CONTROL_BYTES = 125;
    private static final int MAX_HEADER_BYTES = 14;
    private static final int MASK_BYTES = 4;

    // for the connection
    private final byte[] header = new byte[MAX_HEADER_BYTES];
    private boolean messageOpen;

    // for the frame
    private int headerBytes;
    private boolean inFrame;
    private boolean fin;
    private int opcode;
    private long remaining;
    private int mask;
    private ByteBuf control = Unpooled.EMPTY_BUFFER;

    /** What becomes of what was read; each takes over the buffer that it is given. */
    interface Sink {
        void data(ByteBuf piece);

        void ping(ByteBuf payload);

        /** @param code what the client gave, 0 where it gave none */
        void close(int code);
    }

    /**
     * Reads everything there is.
     *
     * @param in whose bytes are unmasked in place
     */
    void read(ByteBuf in, Sink sink) throws FrameViolation {
        while (inFrame || readHeader(in)) {
            if (remaining > 0 && !in.isReadable()) {
                return;
            }
            if (remaining > 0) {
                readPayload(in, sink);
            }
            if (remaining == 0) {
                end(sink);
            }
        }
    }

    /** Whether a header is complete now. */
    private boolean readHeader(ByteBuf in) throws FrameViolation {
        while (in.isReadable()) {
            header[headerBytes++] = in.readByte();
            if (headerBytes == 2) {
                checkStart();
            }
            if (headerBytes >= 2 && headerBytes == headerLength()) {
                begin();
                return true;
            }
        }
        return false;
    }

    private int headerLength() {
        int extra = switch (header[1] & 0x7f) {
            case 126 -> 2;
            case 127 -> 8;
            default -> 0;
        };
        return 2 + extra + MASK_BYTES;
    }

    private void checkStart() throws FrameViolation {
        fin = (header[0] & 0x80) != 0;
        opcode = header[0] & 0x0f;
        if ((header[0] & 0x70) != 0) {
            throw violation("a frame has reserved bits set, and no extension was agreed upon");
        }
        if ((header[1] & 0x80) == 0) {
            throw violation("a client's frame is not masked");
        }
        switch (opcode) {
            case Opcode.CONTINUATION -> {
                if (!messageOpen) {
                    throw violation("a frame continues a message that was not begun");
                }
            }
            case Opcode.TEXT ->
                throw new FrameViolation(CloseCode.UNSUPPORTED_DATA, "a text frame; only binary ones are spoken here");
            case Opcode.BINARY -> {
                if (messageOpen) {
                    throw violation("a message begins inside of another");
                }
            }
            case Opcode.CLOSE, Opcode.PING, Opcode.PONG -> {
                if (!fin || (header[1] & 0x7f) > MAX_CONTROL_BYTES) {
                    throw violation("a control frame is in pieces or too long");
                }
            }
            default -> throw violation("a frame of the unknown kind " + opcode);
        }
    }

    private void begin() throws FrameViolation {
        int at = 2;
        int maskAt = headerBytes - MASK_BYTES;
        remaining = header[1] & 0x7f;
        if (remaining > MAX_CONTROL_BYTES) {
            remaining = 0;
            for (; at < maskAt; at++) {
                remaining = remaining << 8 | header[at] & 0xff;
            }
        }
        if (remaining < 0 || remaining > MAX_FRAME_BYTES) {
            throw new FrameViolation(
                    CloseCode.TOO_LARGE, "a frame is larger than " + MAX_FRAME_BYTES + " bytes: " + remaining);
        }
        mask = 0;
        for (int i = maskAt; i < headerBytes; i++) {
            mask = mask << 8 | header[i] & 0xff;
        }
        headerBytes = 0;
        inFrame = true;
        if (isControl()) {
            control = Unpooled.buffer((int) remaining);
        } else {
            messageOpen = !fin;
        }
    }

    private void readPayload(ByteBuf in, Sink sink) {
        int bytes = (int) Math.min(remaining, in.readableBytes());
        unmask(in, bytes);
        remaining -= bytes;
        if (isControl()) {
            control.writeBytes(in, bytes);
        } else {
            sink.data(in.readRetainedSlice(bytes));
        }
    }

    /** Also turns the mask, so that the next piece goes on where this one ends. */
    private void unmask(ByteBuf in, int bytes) {
        int at = in.readerIndex();
        int end = at + bytes;
        for (; at + Integer.BYTES <= end; at += Integer.BYTES) {
            in.setInt(at, in.getInt(at) ^ mask);
        }
        for (; at < end; at++) {
            mask = Integer.rotateLeft(mask, 8);
            in.setByte(at, in.getByte(at) ^ mask);
        }
    }

    private void end(Sink sink) throws FrameViolation {
        inFrame = false;
        ByteBuf payload = control;
        control = Unpooled.EMPTY_BUFFER;
        switch (opcode) {
            case Opcode.PING -> sink.ping(payload);
            case Opcode.CLOSE -> {
                if (payload.readableBytes() == 1) {
                    throw violation("a close frame with half a code");
                }
                sink.close(payload.isReadable() ? payload.readUnsignedShort() : 0);
            }
            default -> {
                // pieces of data were passed on as they came, and a pong is but a sign of life
            }
        }
    }

    private boolean isControl() {
        return opcode >= Opcode.CLOSE;
    }

    private static FrameViolation violation(String what) {
        return new FrameViolation(CloseCode.PROTOCOL_ERROR, what);
    }
}

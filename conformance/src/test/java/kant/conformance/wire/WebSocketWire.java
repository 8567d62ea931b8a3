package kant.conformance.wire;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/** A byte stream in the binary frames of a WebSocket (RFC 6455), the client's side. */
public final class WebSocketWire implements Wire {
    private static final int FINAL_BINARY = 0x82;
    private static final int BINARY = 0x02;
    private static final int CONTINUATION = 0x00;
    private static final int FINAL = 0x80;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int FINAL_PONG = 0x8a;
    private static final int MASKED = 0x80;
    private static final int LONG = 127;
    private static final int SHORT = 126;

    private final Wire below;
    private final String status;
    private final String headers;
    private final int fragmentBytes;
    private final DataInputStream in;
    private byte[] frame = new byte[0];
    private int at;

    private WebSocketWire(Wire below, String path, String host, String subprotocol, int fragmentBytes)
            throws IOException {
        this.below = below;
        this.fragmentBytes = fragmentBytes;
        byte[] key = new byte[16];
        ThreadLocalRandom.current().nextBytes(key);
        below.write(("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: " + subprotocol
                        + "\r\nSec-WebSocket-Key: "
                        + Base64.getEncoder().encodeToString(key) + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        in = new DataInputStream(below.in());
        status = line();
        headers = headers();
    }

    /**
     * Asks for the upgrade; {@link #status} tells whether it was granted.
     *
     * @param fragmentBytes every write goes out in fragments of so many bytes, 0 for one frame a write
     */
    public static WebSocketWire upgrade(Wire below, String path, String host, String subprotocol, int fragmentBytes)
            throws IOException {
        return new WebSocketWire(below, path, host, subprotocol, fragmentBytes);
    }

    /** The answer's first line. */
    public String status() {
        return status;
    }

    /** The answer's headers, in lower case, one a line. */
    public String answered() {
        return headers;
    }

    @Override
    public Socket socket() {
        return below.socket();
    }

    @Override
    public InputStream in() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return fill() ? frame[at++] & 0xff : -1;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (!fill()) {
                    return -1;
                }
                int count = Math.min(length, frame.length - at);
                System.arraycopy(frame, at, target, offset, count);
                at += count;
                return count;
            }
        };
    }

    @Override
    public OutputStream out() {
        return new OutputStream() {
            @Override
            public void write(int octet) throws IOException {
                write(new byte[] {(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                int piece = fragmentBytes == 0 ? Math.max(1, length) : fragmentBytes;
                for (int from = 0; from < length; from += piece) {
                    int count = Math.min(piece, length - from);
                    boolean first = from == 0;
                    boolean last = from + count == length;
                    int head = (first ? BINARY : CONTINUATION) | (last ? FINAL : 0);
                    send(head, bytes, offset + from, count);
                }
            }
        };
    }

    /** Writes a text frame, which no client of these subprotocols may send. */
    public void writeText(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        send(0x81, bytes, 0, bytes.length);
    }

    private void send(int head, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(length + 14).put((byte) head);
        if (length < SHORT) {
            out.put((byte) (MASKED | length));
        } else if (length < 65_536) {
            out.put((byte) (MASKED | SHORT)).putShort((short) length);
        } else {
            out.put((byte) (MASKED | LONG)).putLong(length);
        }
        byte[] mask = new byte[4];
        ThreadLocalRandom.current().nextBytes(mask);
        out.put(mask);
        for (int i = 0; i < length; i++) {
            out.put((byte) (bytes[offset + i] ^ mask[i & 3]));
        }
        below.out().write(out.array(), 0, out.position());
        below.out().flush();
    }

    /** Makes sure that there is a byte to read; false at the end. */
    private boolean fill() throws IOException {
        while (at == frame.length) {
            int head = in.read();
            if (head < 0) {
                return false;
            }
            int size = in.readUnsignedByte();
            int length = size == SHORT ? in.readUnsignedShort() : size == LONG ? Math.toIntExact(in.readLong()) : size;
            byte[] body = new byte[length];
            in.readFully(body);
            switch (head & 0x0f) {
                case CLOSE -> {
                    return false;
                }
                case PING -> send(FINAL_PONG, body, 0, length);
                case BINARY, CONTINUATION -> {
                    frame = body;
                    at = 0;
                }
                default ->
                    throw new IOException("the server sent a frame that starts with " + head + ", not with "
                            + FINAL_BINARY + " for binary");
            }
        }
        return true;
    }

    private String headers() throws IOException {
        var text = new StringBuilder();
        for (String line = line(); !line.isEmpty(); line = line()) {
            text.append(line.toLowerCase(java.util.Locale.ROOT)).append('\n');
        }
        return text.toString();
    }

    private String line() throws IOException {
        var text = new StringBuilder();
        for (int octet = in.read(); octet >= 0 && octet != '\n'; octet = in.read()) {
            if (octet != '\r') {
                text.append((char) octet);
            }
        }
        return text.toString();
    }
}

package kant.daemonapi.management;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the engine's log stream: frames of an 8 byte head (stream number, three zeroes, length as four bytes, big-endian) and a
 * text. A module with a terminal has no frames; its bytes come as one stream, which is told from the first byte.
 */
public final class LogFrames implements AutoCloseable {
    /** A frame's stream. */
    public enum Stream {
        STDOUT,
        STDERR
    }

    /** One piece of output, not necessarily a whole line. */
    public record Frame(Stream stream, byte[] bytes) {}

    private static final int HEAD_BYTES = 8;
    private static final int MAX_FRAME_BYTES = 1024 * 1024;
    private static final int RAW_PIECE_BYTES = 16 * 1024;

    private final InputStream source;
    private final InputStream in;

    public LogFrames(InputStream source) {
        this.source = source;
        this.in = new BufferedInputStream(source, RAW_PIECE_BYTES);
    }

    /** The next frame; null at the end. */
    public @Nullable Frame next() throws IOException {
        in.mark(1);
        int stream = in.read();
        if (stream < 0) {
            return null;
        }
        if (stream > 2) {
            in.reset();
            return raw();
        }
        byte[] head = new byte[HEAD_BYTES];
        if (in.readNBytes(head, 1, HEAD_BYTES - 1) < HEAD_BYTES - 1) {
            throw new EOFException("the log stream ended inside a frame's head");
        }
        int length = ByteBuffer.wrap(head).getInt(4);
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new IOException("the log stream has a frame of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the log stream ended inside a frame");
        }
        return new Frame(stream == 2 ? Stream.STDERR : Stream.STDOUT, bytes);
    }

    private @Nullable Frame raw() throws IOException {
        byte[] piece = new byte[RAW_PIECE_BYTES];
        int n = in.read(piece);
        return n < 0 ? null : new Frame(Stream.STDOUT, Arrays.copyOf(piece, n));
    }

    /** The head of a frame with that many bytes. */
    public static byte[] head(Stream stream, int length) {
        return ByteBuffer.allocate(HEAD_BYTES)
                .put((byte) (stream == Stream.STDERR ? 2 : 1))
                .putInt(4, length)
                .array();
    }

    /** Closes the connection, also under a reader that waits. */
    @Override
    public void close() throws IOException {
        source.close();
    }
}

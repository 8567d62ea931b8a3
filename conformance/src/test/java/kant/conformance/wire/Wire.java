package kant.conformance.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;

/** Bytes to a server and back, over TLS, perhaps inside a WebSocket. */
public interface Wire extends AutoCloseable {
    InputStream in() throws IOException;

    OutputStream out() throws IOException;

    /** The socket under it. */
    Socket socket();

    /** How long one read may wait. */
    default void timeout(Duration limit) throws IOException {
        socket().setSoTimeout((int) Math.max(1, limit.toMillis()));
    }

    default void write(byte[] bytes) throws IOException {
        out().write(bytes);
        out().flush();
    }

    @Override
    default void close() throws IOException {
        socket().close();
    }
}

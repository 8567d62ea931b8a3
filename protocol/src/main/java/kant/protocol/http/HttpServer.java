package kant.protocol.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ServerTls;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/** Listens for HTTP/1.1 clients, with TLS or without. */
public final class HttpServer implements AutoCloseable {

    private HttpServer() {}

    /**
     * Binds and serves.
     *
     * @param tls null for plain HTTP
     * @param maxBodyBytes larger requests are answered 413
     * @throws IOException where the address cannot be bound; the message says which and why
     */
    public static HttpServer start(
            InetSocketAddress address,
            EventLoops loops,
            @Nullable ServerTls tls,
            Tasks tasks,
            HttpHandler handler,
            int maxBodyBytes)
            throws IOException {
        throw new IOException("being built");
    }

    /** The port it listens on, for a configured port of 0. */
    public int port() {
        return 0;
    }

    /** Stops listening, closes every connection and waits a bounded time for it. */
    @Override
    public void close() {}
}

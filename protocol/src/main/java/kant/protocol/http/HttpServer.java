package kant.protocol.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import kant.protocol.net.EventLoops;
import kant.protocol.net.Listener;
import kant.protocol.tls.ServerTls;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/** Listens for HTTP/1.1 clients, with TLS or without. */
public final class HttpServer implements AutoCloseable {

    /** API clients are few; each costs at most one request in memory and one virtual thread. */
    private static final int MAX_CONNECTIONS = 1000;

    private final Listener listener;

    private HttpServer(Listener listener) {
        this.listener = listener;
    }

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
        var http = HttpService.of(tasks, handler, maxBodyBytes, loops);
        return new HttpServer(Listener.bind(loops, address, MAX_CONNECTIONS, channel -> {
            if (tls != null) {
                channel.pipeline().addLast("tls", tls.newHandler(channel.alloc()));
            }
            http.serve(channel);
        }));
    }

    /** The port it listens on, for a configured port of 0. */
    public int port() {
        return listener.port();
    }

    /** Stops listening, closes every connection and waits a bounded time for it. */
    @Override
    public void close() {
        listener.close();
    }
}

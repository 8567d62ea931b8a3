package kant.protocol.web;

import java.io.IOException;
import kant.protocol.http.HttpHandler;
import kant.protocol.http.HttpService;
import kant.protocol.net.ChannelService;
import kant.protocol.net.EventLoops;
import kant.protocol.net.LineBudget;
import kant.protocol.net.Listener;
import kant.protocol.tls.ServerTls;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/** Listens for HTTP and WebSocket clients over TLS. */
public final class WebHead implements AutoCloseable {
    private final Listener listener;

    private WebHead(Listener listener) {
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @param mqtt what serves the subprotocol {@code mqtt}; null where it is not served
     * @param amqp what serves the subprotocol {@code AMQPWSB10}; null where it is not served
     * @param api answers everything that is no WebSocket
     * @throws IOException where the address cannot be bound; the message says which and why
     */
    public static WebHead start(
            WebHeadConfig config,
            EventLoops loops,
            ServerTls tls,
            Tasks tasks,
            @Nullable ChannelService mqtt,
            @Nullable ChannelService amqp,
            HttpHandler api)
            throws IOException {
        var lines = new LineBudget(loops.group().ticker().nanoTime());
        var upgrade = new WebSocketUpgrade(mqtt, amqp, lines);
        var http = HttpService.of(tasks, api, config.maxBodyBytes(), loops).upgradableBy(upgrade);
        return new WebHead(Listener.bind(loops, config.address(), config.maxConnections(), channel -> {
            channel.pipeline().addLast("tls", tls.newHandler(channel.alloc()));
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

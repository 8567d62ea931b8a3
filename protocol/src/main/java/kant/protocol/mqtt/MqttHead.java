package kant.protocol.mqtt;

import java.io.IOException;
import java.net.InetSocketAddress;
import kant.protocol.net.EventLoops;
import kant.protocol.net.Listener;
import kant.protocol.tls.ServerTls;

/** Listens for MQTT clients over TLS. */
public final class MqttHead implements AutoCloseable {
    /** Sockets beyond the clients that may be in: for handshakes, and for those who are still to be told that there is no place. */
    private static final int WAITING_ROOM = 1024;

    private final Listener listener;

    private MqttHead(Listener listener) {
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @param service may serve other doors too
     * @throws IOException where the address cannot be bound; the message says which and why
     */
    public static MqttHead start(InetSocketAddress address, EventLoops loops, ServerTls tls, MqttService service)
            throws IOException {
        return new MqttHead(Listener.bind(loops, address, service.maxConnections() + WAITING_ROOM, channel -> {
            channel.pipeline().addLast("tls", tls.newHandler(channel.alloc()));
            service.serve(channel);
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

package kant.protocol.amqp;

import io.netty.channel.Channel;
import java.io.IOException;
import java.net.InetSocketAddress;
import kant.protocol.net.EventLoops;
import kant.protocol.net.Listener;
import kant.protocol.tls.ServerTls;

/** Listens for AMQP peers over TLS. */
public final class AmqpHead implements AutoCloseable {
    /** Sockets beyond the clients that may be in: for those that are still to be told that there is no place. */
    private static final int WAITING_ROOM = 256;

    private final AmqpService service;
    private final Listener listener;

    private AmqpHead(AmqpService service, Listener listener) {
        this.service = service;
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @throws IOException where the address cannot be bound; the message says which and why
     */
    public static AmqpHead start(InetSocketAddress address, EventLoops loops, ServerTls tls, AmqpService service)
            throws IOException {
        return new AmqpHead(
                service,
                Listener.bind(
                        loops, address, service.maxClients() + WAITING_ROOM, channel -> serve(channel, tls, service)));
    }

    /** The port it listens on, for a configured port of 0. */
    public int port() {
        return listener.port();
    }

    /** Connections that are open, on this port or handed to the same service by another. */
    public int connections() {
        return service.connections();
    }

    /** Stops listening, closes every connection and waits a bounded time for it. */
    @Override
    public void close() {
        listener.close();
    }

    private static void serve(Channel channel, ServerTls tls, AmqpService service) {
        channel.pipeline().addLast("tls", tls.newHandler(channel.alloc()));
        service.serve(channel);
    }
}

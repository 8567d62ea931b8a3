package kant.protocol.mqtt;

import io.netty.channel.Channel;
import java.io.IOException;
import kant.protocol.net.EventLoops;
import kant.protocol.net.Listener;
import kant.protocol.port.HubPort;
import kant.protocol.tls.ServerTls;
import kant.world.Time;
import org.slf4j.LoggerFactory;

/** Listens for MQTT clients over TLS and gives each a session of the hub. */
public final class MqttHead implements AutoCloseable {
    /** Sockets beyond the clients that may be in: for those that are still to be told that there is no place. */
    private static final int WAITING_ROOM = 256;

    private final Admission admission;
    private final Listener listener;

    private MqttHead(Admission admission, Listener listener) {
        this.admission = admission;
        this.listener = listener;
    }

    /**
     * Binds and serves.
     *
     * @throws IOException where the address cannot be bound; the message says which and why
     */
    public static MqttHead start(MqttHeadConfig config, EventLoops loops, ServerTls tls, HubPort hub, Time time)
            throws IOException {
        var admission = new Admission(config.maxConnections());
        var closing = new ClosingLog(LoggerFactory.getLogger(MqttHead.class), time);
        var context = new HeadContext(config, hub, time, admission, closing);
        return new MqttHead(
                admission,
                Listener.bind(
                        loops,
                        config.address(),
                        config.maxConnections() + WAITING_ROOM,
                        channel -> serve(channel, tls, context)));
    }

    /** The port it listens on, for a configured port of 0. */
    public int port() {
        return listener.port();
    }

    /** Clients that are connected or being let in. */
    public int connections() {
        return admission.size();
    }

    /** Stops listening, closes every connection and waits a bounded time for it. */
    @Override
    public void close() {
        listener.close();
    }

    private static void serve(Channel channel, ServerTls tls, HeadContext context) {
        channel.pipeline().addLast("tls", tls.newHandler(channel.alloc()));
        MqttPipeline.add(channel, context);
    }
}

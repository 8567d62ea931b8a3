package kant.protocol.mqtt;

import java.io.IOException;
import kant.protocol.net.EventLoops;
import kant.protocol.port.HubPort;
import kant.protocol.tls.ServerTls;
import kant.world.Time;

/** Listens for MQTT clients over TLS and gives each a session of the hub. */
public final class MqttHead implements AutoCloseable {

    private MqttHead() {}

    /**
     * Binds and serves.
     *
     * @throws IOException where the address cannot be bound; the message says which and why
     */
    public static MqttHead start(MqttHeadConfig config, EventLoops loops, ServerTls tls, HubPort hub, Time time)
            throws IOException {
        throw new IOException("being built");
    }

    /** The port it listens on, for a configured port of 0. */
    public int port() {
        return 0;
    }

    /** Clients with an open session. */
    public int connections() {
        return 0;
    }

    /** Stops listening, closes every connection and waits a bounded time for it. */
    @Override
    public void close() {}
}

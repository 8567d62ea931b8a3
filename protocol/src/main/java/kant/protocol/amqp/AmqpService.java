package kant.protocol.amqp;

import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicInteger;
import kant.protocol.head.ClosingLog;
import kant.protocol.net.Admission;
import kant.protocol.net.ChannelService;
import kant.protocol.port.HubPort;
import kant.protocol.port.ServicePort;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** AMQP on any channel: what comes over TLS on a port of its own, and what comes in WebSocket frames. */
public final class AmqpService implements ChannelService {
    private final HeadContext head;
    private final AtomicInteger connections = new AtomicInteger();

    private AmqpService(HeadContext head) {
        this.head = head;
    }

    /** @param service where service applications are let in too: an IoT hub; null for an edge hub */
    public static AmqpService of(
            AmqpConfig config, HubPort hub, @Nullable ServicePort service, Time time, Randomness randomness) {
        return new AmqpService(new HeadContext(
                config,
                hub,
                service,
                time,
                randomness,
                new Admission(config.maxClients()),
                new ClosingLog(LoggerFactory.getLogger(AmqpService.class), time)));
    }

    @Override
    public void serve(Channel channel) {
        connections.incrementAndGet();
        channel.closeFuture().addListener(_ -> connections.decrementAndGet());
        channel.pipeline()
                .addLast("frames", new FrameSplitter())
                .addLast("connection", new AmqpConnection(head, channel));
    }

    /** Connections that are open, those still to say who they are among them. */
    public int connections() {
        return connections.get();
    }

    int maxClients() {
        return head.config().maxClients();
    }
}

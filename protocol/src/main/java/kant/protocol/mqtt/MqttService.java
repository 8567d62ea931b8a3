package kant.protocol.mqtt;

import io.netty.channel.Channel;
import kant.protocol.head.ClosingLog;
import kant.protocol.net.Admission;
import kant.protocol.net.ChannelService;
import kant.protocol.port.HubPort;
import kant.world.Time;
import org.slf4j.LoggerFactory;

/** Gives each MQTT client a session of the hub, whatever carries its bytes. One service has one count of clients. */
public final class MqttService implements ChannelService {
    private final HeadContext context;

    private MqttService(HeadContext context) {
        this.context = context;
    }

    /** A service with nobody connected. */
    public static MqttService of(MqttConfig config, HubPort hub, Time time) {
        return new MqttService(new HeadContext(
                config,
                hub,
                time,
                new Admission(config.maxConnections()),
                SessionMemory.of(config.maxConnections()),
                new ClosingLog(LoggerFactory.getLogger(MqttService.class), time)));
    }

    @Override
    public void serve(Channel channel) {
        MqttPipeline.add(channel, context);
    }

    /** Clients that are connected or being let in. */
    public int connections() {
        return context.admission().size();
    }

    /** Clients that may be connected at once. */
    public int maxConnections() {
        return context.config().maxConnections();
    }
}

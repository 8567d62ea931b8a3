package kant.edgehub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.config.Limits;
import kant.edgehub.config.Listeners;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpHead;
import kant.protocol.amqp.AmqpService;
import kant.protocol.http.HttpHandler;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttLimits;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.ChannelService;
import kant.protocol.net.EventLoops;
import kant.protocol.port.HubPort;
import kant.protocol.tls.ServerTls;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The doors that clients come in by: MQTT, AMQP, and HTTPS with both over WebSockets. All show the same certificate. */
final class HubDoors implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HubDoors.class);

    /** Ports below need a right that not every process has. */
    private static final int FIRST_OPEN_PORT = 1024;

    /** Sockets at port 443 beyond the clients that may be in: HTTP requests, handshakes, and who is still to be told no. */
    private static final int WEB_ROOM = 2048;

    /** A batch of telemetry, and a method with its payload, are no larger. */
    private static final int BODY_BYTES = 512 * 1024;

    private final HubWorld world;
    private final EventLoops loops;
    private final ServerTls tls;
    private final Listeners listeners;
    private final Deque<AutoCloseable> heads = new ArrayDeque<>();
    private final Map<Door, Integer> ports = new EnumMap<>(Door.class);

    private HubDoors(HubWorld world, EventLoops loops, ServerTls tls, Listeners listeners) {
        this.world = world;
        this.loops = loops;
        this.tls = tls;
        this.listeners = listeners;
    }

    /** Each with the setting of its port. */
    enum Door {
        MQTT("KANT_MQTT_PORT"),
        AMQP("amqpSettings__port"),
        HTTPS("httpSettings__port");

        private final String setting;

        Door(String setting) {
            this.setting = setting;
        }
    }

    /** A head that binds its socket. */
    private interface Opening<T extends AutoCloseable> {
        T bind(InetSocketAddress address) throws IOException;
    }

    /**
     * Opens every door that is not switched off. One at a privileged port that cannot be had stays closed with a warning.
     *
     * @param api answers HTTP requests
     * @throws IOException where another port cannot be had, or no door is left; nothing stays open then
     */
    static HubDoors open(
            EdgeHubConfig config, HubWorld world, EventLoops loops, ServerTls tls, HubPort hub, HttpHandler api)
            throws IOException {
        var doors = new HubDoors(world, loops, tls, config.listeners());
        try {
            doors.open(config, hub, api);
            return doors;
        } catch (IOException | RuntimeException e) {
            doors.close();
            throw e;
        }
    }

    private void open(EdgeHubConfig config, HubPort hub, HttpHandler api) throws IOException {
        @Nullable
        MqttService mqtt =
                listeners.mqttPort() == Listeners.OFF ? null : MqttService.of(mqttConfig(config), hub, world.time());
        @Nullable
        AmqpService amqp = listeners.amqpPort() == Listeners.OFF
                ? null
                : AmqpService.of(
                        new AmqpConfig(config.limits().clients()), hub, null, world.time(), world.randomness());
        if (mqtt != null) {
            door(Door.MQTT, listeners.mqttPort(), address -> MqttHead.start(address, loops, tls, mqtt), MqttHead::port);
        }
        if (amqp != null) {
            door(Door.AMQP, listeners.amqpPort(), address -> AmqpHead.start(address, loops, tls, amqp), AmqpHead::port);
        }
        if (listeners.httpsPort() != Listeners.OFF) {
            door(
                    Door.HTTPS,
                    listeners.httpsPort(),
                    address -> web(config.limits(), address, mqtt, amqp, api),
                    WebHead::port);
        }
        if (ports.isEmpty()) {
            throw new IOException("no port for clients can be had, see the warnings above; free one, or choose others");
        }
    }

    /** The port of a door that is open, for a configured port of 0; 0 where it is closed. */
    int port(Door door) {
        return ports.getOrDefault(door, 0);
    }

    /** Names and ports of the doors that are open. */
    Map<Door, Integer> ports() {
        return ports;
    }

    @Override
    public void close() {
        while (!heads.isEmpty()) {
            AutoCloseable head = heads.pop();
            try {
                head.close();
            } catch (Exception e) {
                log.atWarn()
                        .addKeyValue("door", head.getClass().getSimpleName())
                        .setCause(e)
                        .log("a door did not close cleanly");
            }
        }
    }

    private WebHead web(
            Limits limits,
            InetSocketAddress address,
            @Nullable ChannelService mqtt,
            @Nullable ChannelService amqp,
            HttpHandler api)
            throws IOException {
        var settings = new WebHeadConfig(address, limits.clients() + WEB_ROOM, BODY_BYTES);
        return WebHead.start(settings, loops, tls, world.tasks(), mqtt, amqp, api);
    }

    private <T extends AutoCloseable> void door(Door door, int port, Opening<T> opening, ToIntFunction<T> bound)
            throws IOException {
        try {
            T head = opening.bind(new InetSocketAddress(listeners.address(), port));
            heads.push(head);
            ports.put(door, bound.applyAsInt(head));
        } catch (IOException e) {
            if (port == 0 || port >= FIRST_OPEN_PORT) {
                throw e;
            }
            log.atWarn()
                    .addKeyValue("door", door)
                    .addKeyValue("reason", e.getMessage())
                    .log("port cannot be had, the hub goes on without this door; allow it with CAP_NET_BIND_SERVICE or"
                            + " net.ipv4.ip_unprivileged_port_start, free it, or set " + door.setting);
        }
    }

    private static MqttConfig mqttConfig(EdgeHubConfig config) {
        MqttLimits usual = MqttLimits.DEFAULT;
        var limits = new MqttLimits(
                config.doors().connectArrival(),
                usual.opening(),
                config.doors().keepAlive(),
                config.limits().acknowledgement(),
                usual.stalled(),
                usual.window());
        return new MqttConfig(config.limits().clients(), MqttConfig.TOKEN_SKEW, limits);
    }
}

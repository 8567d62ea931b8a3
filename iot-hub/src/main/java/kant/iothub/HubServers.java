package kant.iothub;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpHead;
import kant.protocol.amqp.AmqpService;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.protocol.web.WebHead;
import kant.protocol.web.WebHeadConfig;
import kant.world.Randomness;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The doors: MQTT, AMQP, and HTTPS, whose port serves both of the others over WebSockets, too.
 *
 * @param mqttPort 0 where that door could not be opened, as the next
 */
record HubServers(int mqttPort, int amqpPort, int httpsPort) {
    private static final Logger log = LoggerFactory.getLogger(HubServers.class);
    private static final int LOOPS = 2;
    private static final int MOST_CLIENTS = 10_000;
    private static final int MOST_BODY_BYTES = 1 << 20;

    /** Sockets beyond the clients of both services: for handshakes and for single requests. */
    private static final int WEB_ROOM = 2048;

    private static final int FIRST_FREE_PORT = 1024;

    /** Opens the doors; what is to be closed again goes to {@code opened}. */
    static HubServers start(
            HubConfig config, HubCore core, Issued certificate, Time time, Randomness randomness, OpenParts opened)
            throws IOException {
        var address = InetAddress.ofLiteral(config.address());
        var loops = opened.add(EventLoops.start(LOOPS));
        var tls = ServerTls.of(certificate.chain(), certificate.key());
        var mqtt = MqttService.of(new MqttConfig(MOST_CLIENTS), core.devices(), time);
        int mqttPort = bind(
                "MQTT",
                "--mqtt-port",
                config.mqttPort(),
                port -> opened.add(MqttHead.start(new InetSocketAddress(address, port), loops, tls, mqtt))
                        .port());
        var amqp = AmqpService.of(new AmqpConfig(MOST_CLIENTS), core.devices(), core.services(), time, randomness);
        int amqpPort = bind(
                "AMQP",
                "--amqp-port",
                config.amqpPort(),
                port -> opened.add(AmqpHead.start(new InetSocketAddress(address, port), loops, tls, amqp))
                        .port());
        var web = opened.add(WebHead.start(
                new WebHeadConfig(
                        new InetSocketAddress(address, config.httpsPort()),
                        2 * MOST_CLIENTS + WEB_ROOM,
                        MOST_BODY_BYTES),
                loops,
                tls,
                core.tasks(),
                mqtt,
                amqp,
                core.api()));
        return new HubServers(mqttPort, amqpPort, web.port());
    }

    /** A port below 1024 that this user may not have is told of with the remedy: the hub goes on without that door. */
    private static int bind(String door, String option, int port, Binding binding) throws IOException {
        try {
            return binding.bind(port);
        } catch (IOException e) {
            if (port == 0
                    || port >= FIRST_FREE_PORT
                    || !String.valueOf(e.getMessage()).contains("ermission denied")) {
                throw e;
            }
            log.atWarn()
                    .addKeyValue("door", door)
                    .addKeyValue("port", port)
                    .addKeyValue(
                            "reason",
                            "this user may not bind ports below " + FIRST_FREE_PORT + ": choose another with " + option
                                    + ", or lower the system's net.ipv4.ip_unprivileged_port_start")
                    .log("a door stays closed");
            return 0;
        }
    }

    private interface Binding {
        int bind(int port) throws IOException;
    }
}

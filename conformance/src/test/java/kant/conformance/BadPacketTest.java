package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.MqttBytes;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Truncated, oversized and random packets over real TLS, before and after a CONNECT, at the Edge Hub and at the stand-in: the
 * connection is closed, the log says what was wrong and whose connection it was, and a client that behaves notices nothing.
 */
class BadPacketTest {
    private static final Duration CLOSED = Duration.ofSeconds(20);
    private static final Duration LOGGED = Duration.ofSeconds(20);

    /** Long enough to be a whole packet to MQTT's eyes: {@code G} is a type, {@code E} a length of 69. */
    private static final String HTTP =
            "GET / HTTP/1.1\r\nHost: hub.kant.test\r\nUser-Agent: a browser that has lost its way\r\n\r\n";

    private static final int PUBLISH = 0x32;
    private static final int MOST_BYTES = 268_435_455;
    private static final int TOO_LARGE_BYTES = 262_144 + 1;
    private static final int RANDOM_PACKETS = 20;
    private static final int RANDOM_BYTES = 2048;

    private static Target hub;
    private static Target standIn;

    /** A server under test, a client that is let in there, and a client that behaves throughout. */
    private record Target(
            String name, String address, SSLContext trust, SasIdentity hostile, SasIdentity good, Log log) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Log {
        String text() throws Exception;
    }

    /**
     * What a hostile client does.
     *
     * @param bytes what it writes, once it is connected where {@code connects}
     * @param ends whether it then ends its side instead of waiting
     */
    private record Attack(String name, boolean connects, byte[] bytes, boolean ends) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        Loop loop = Loop.running();
        hub = new Target(
                "hub",
                EdgeDevice.ADDRESS,
                Loop.tls(loop.edge.caPem()),
                SasIdentity.of(loop.standIn.createModule(Loop.DEVICE, "hostile")),
                SasIdentity.of(loop.source),
                () -> loop.edge.log("edgeHub"));
        standIn = new Target(
                "stand-in",
                StandIn.ADDRESS,
                Loop.tls(loop.standIn.caPem()),
                SasIdentity.of(loop.standIn.createDevice("hostile-device")),
                SasIdentity.of(loop.standIn.createDevice("peaceful-device")),
                loop.standIn::log);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void a_bad_packet_costs_its_sender_the_connection_and_nobody_else_anything(Attack attack) throws Exception {
        for (Target target : List.of(hub, standIn)) {
            try (var good = MqttSocket.open(target.address, target.trust, target.good)) {
                int port = attack(target, attack);

                good.send(target.good.topics() + "messages/events/", "still here");
                awaitLogged(target, port);
            }
        }
    }

    @ParameterizedTest(name = "connected: {0}")
    @MethodSource("connectedOrNot")
    void random_bytes_cost_their_senders_the_connection_and_nobody_else_anything(boolean connected) throws Exception {
        for (Target target : List.of(hub, standIn)) {
            try (var good = MqttSocket.open(target.address, target.trust, target.good)) {
                for (int seed = 0; seed < RANDOM_PACKETS; seed++) {
                    byte[] bytes = new byte[RANDOM_BYTES];
                    new Random(seed).nextBytes(bytes);
                    attack(target, new Attack("random bytes of seed " + seed, connected, bytes, true));
                    good.send(target.good.topics() + "messages/events/", "still here");
                }
            }
        }
    }

    static List<Boolean> connectedOrNot() {
        return List.of(false, true);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void bytes_that_are_not_tls_cost_nobody_else_anything(String name) throws Exception {
        Target target = name.equals("hub") ? hub : standIn;
        try (var good = MqttSocket.open(target.address, target.trust, target.good);
                var plain = new Socket()) {
            plain.connect(new InetSocketAddress(target.address, 8883), (int) CLOSED.toMillis());
            plain.setSoTimeout((int) CLOSED.toMillis());
            plain.getOutputStream().write(HTTP.getBytes(StandardCharsets.US_ASCII));
            while (plain.getInputStream().read() >= 0) {
                // an alert perhaps, then the end
            }

            good.send(target.good.topics() + "messages/events/", "still here");
            awaitLogged(target, plain.getLocalPort());
        }
    }

    static List<String> targets() {
        return List.of("hub", "stand-in");
    }

    static Stream<Attack> attacks() {
        byte[] connect = MqttBytes.connect("d/m", "hub/d/m/?api-version=2021-04-12", "password", 60);
        byte[] publish = MqttBytes.publish("devices/d/messages/events/", 1, new byte[100]);
        List<Attack> all = new ArrayList<>();
        all.add(new Attack("a truncated CONNECT", false, beginning(connect), true));
        all.add(new Attack("a CONNECT whose texts are longer than itself", false, liar(), false));
        all.add(new Attack("a CONNECT of 256 MB", false, MqttBytes.announcing(0x10, MOST_BYTES), false));
        all.add(new Attack(
                "a length of five bytes",
                false,
                new MqttBytes().octet(0x10).raw(endless()).done(),
                false));
        all.add(new Attack("a PUBLISH before CONNECT", false, publish, false));
        all.add(new Attack("an HTTP request", false, HTTP.getBytes(StandardCharsets.US_ASCII), false));
        all.add(new Attack("a second CONNECT", true, connect, false));
        all.add(new Attack("a truncated PUBLISH", true, beginning(publish), true));
        all.add(new Attack("a PUBLISH whose topic is longer than itself", true, topicLiar(), false));
        all.add(new Attack("a PUBLISH of 256 MB", true, MqttBytes.announcing(PUBLISH, MOST_BYTES), false));
        all.add(new Attack("a message one byte too large", true, null, false));
        all.add(new Attack("a PUBLISH with QoS 3", true, MqttBytes.packet(0x36, topic("devices/x")), false));
        all.add(new Attack("a SUBSCRIBE with no filter", true, MqttBytes.packet(0x82, new byte[] {0, 1}), false));
        all.add(new Attack("a packet of type 15", true, MqttBytes.packet(0xf0, new byte[0]), false));
        return all.stream();
    }

    /** Does it, and asserts that the server closes the connection; the port by which the log names it. */
    private static int attack(Target target, Attack attack) throws Exception {
        try (var socket = MqttSocket.dial(target.address, target.trust)) {
            if (attack.connects) {
                socket.connect(target.hostile);
            }
            try {
                socket.write(attack.bytes == null ? tooLarge(target.hostile) : attack.bytes);
                if (attack.ends) {
                    socket.endOutput();
                }
            } catch (IOException _) {
                // closed while we were still writing, which is what it should do
            }
            assertThat(socket.isClosedWithin(CLOSED))
                    .as("the %s closes the connection after %s", target.name, attack.name)
                    .isTrue();
            return socket.localPort();
        }
    }

    private static void awaitLogged(Target target, int port) throws Exception {
        Waits.until(
                "a warning in the log of the " + target.name + " that names port " + port,
                LOGGED,
                () -> target.log
                        .text()
                        .lines()
                        .anyMatch(line -> line.contains(":" + port) && line.contains("reason=")));
    }

    private static byte[] beginning(byte[] packet) {
        return java.util.Arrays.copyOf(packet, packet.length / 2);
    }

    private static byte[] endless() {
        return new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff};
    }

    /** A client id of 65,535 bytes in a packet of 12. */
    private static byte[] liar() {
        return MqttBytes.packet(
                0x10,
                new MqttBytes()
                        .text("MQTT")
                        .octet(4)
                        .octet(0xc2)
                        .number(60)
                        .number(0xffff)
                        .done());
    }

    private static byte[] topicLiar() {
        return MqttBytes.packet(
                PUBLISH, new MqttBytes().number(0xffff).raw(new byte[10]).done());
    }

    private static byte[] topic(String text) {
        return new MqttBytes().text(text).number(1).done();
    }

    private static byte[] tooLarge(SasIdentity sender) {
        return MqttBytes.publish(sender.topics() + "messages/events/", 1, new byte[TOO_LARGE_BYTES]);
    }
}

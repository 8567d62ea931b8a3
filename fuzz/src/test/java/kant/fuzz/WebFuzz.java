package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpService;
import kant.protocol.device.DeviceApi;
import kant.protocol.http.HttpService;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.ChannelService;
import kant.protocol.net.EventLoops;
import kant.protocol.web.Upgrades;
import kant.testkit.sim.SimTasks;
import kant.world.Randomness;
import kant.world.Time;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes at port 443: as HTTP requests, as WebSocket frames, and within one. The first byte says which. */
class WebFuzz {
    private static final EventLoops LOOPS = EventLoops.start(1);
    private static final int MAX_BODY_BYTES = 64 << 10;
    private static final int PIECE = 7;
    private static final int BINARY = 0x82;
    private static final int MASKED_64_BITS = 0xFF;

    static Stream<byte[]> seeds() {
        return Seeds.lined("web.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void requests(byte @NotNull [] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Mistakes.forget();
        var hub = new ScriptedHub();
        var tasks = new SimTasks();
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        try (var victim = new Victim(service(hub, tasks), tasks, _ -> {})) {
            switch (bytes[0]) {
                case 'f' -> {
                    victim.send(upgrade("mqtt"));
                    victim.send(rest, PIECE);
                }
                case 'm' -> {
                    victim.send(upgrade("mqtt"));
                    victim.send(frame(MqttPackets.connect("leaf")));
                    victim.send(frame(rest));
                }
                case 'a' -> {
                    victim.send(upgrade("AMQPWSB10"));
                    victim.send(frame(rest));
                }
                default -> victim.send(rest, bytes[0] == 'p' ? PIECE : Math.max(1, rest.length));
            }
        }
        hub.expectNoSession();
        Mistakes.expectNone();
    }

    private static ChannelService service(ScriptedHub hub, SimTasks tasks) {
        var mqtt = MqttService.of(new MqttConfig(2), hub, Time.system());
        var amqp = AmqpService.of(new AmqpConfig(2), hub, null, Time.system(), Randomness.secure());
        var api = DeviceApi.ofEdgeHub(hub, "edge", "proxy", DeviceApi::nothing);
        return HttpService.of(tasks, api, MAX_BODY_BYTES, LOOPS).upgradableBy(Upgrades.webSocket(mqtt, amqp));
    }

    private static byte[] upgrade(String subprotocol) {
        return ("GET /$iothub/websocket HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + "Sec-WebSocket-Protocol: " + subprotocol + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** One whole binary frame, its mask zero so that the payload stands in it as it is. */
    private static byte[] frame(byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(BINARY);
        frame.write(MASKED_64_BITS);
        for (int shift = 56; shift >= 0; shift -= 8) {
            frame.write((int) ((long) payload.length >> shift));
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }
}

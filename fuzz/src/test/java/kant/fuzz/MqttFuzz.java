package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Arrays;
import java.util.stream.Stream;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttService;
import kant.world.Time;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes, before CONNECT and behind it, whole and in pieces. The first byte says which of these it is. */
class MqttFuzz {
    private static final int CONNECTED = 1;
    private static final int MODULE = 2;
    private static final int IN_PIECES = 4;
    private static final int PIECE = 3;

    static Stream<byte[]> seeds() {
        return Seeds.hex("mqtt.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void packets(byte @NotNull [] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Mistakes.forget();
        var hub = new ScriptedHub();
        var service = MqttService.of(new MqttConfig(2), hub, Time.system());
        try (var victim = new Victim(service)) {
            if ((bytes[0] & CONNECTED) != 0) {
                victim.send(MqttPackets.connect((bytes[0] & MODULE) != 0 ? "edge/m" : "leaf"));
            }
            byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
            victim.send(rest, (bytes[0] & IN_PIECES) != 0 ? PIECE : Math.max(1, rest.length));
        }
        hub.expectNoSession();
        if (service.connections() != 0) {
            throw new AssertionError("a client that is gone is counted");
        }
        Mistakes.expectNone();
    }
}

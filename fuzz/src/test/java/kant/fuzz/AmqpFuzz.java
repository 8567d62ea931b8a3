package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.Arrays;
import java.util.stream.Stream;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpService;
import kant.world.Randomness;
import kant.world.Time;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as AMQP: from the first on, and behind an open connection with a session. The first byte says which. */
class AmqpFuzz {
    private static final int OPEN = 1;
    private static final int IN_PIECES = 2;
    private static final int PIECE = 5;

    static Stream<byte[]> seeds() {
        return Seeds.hex("amqp.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void frames(byte @NotNull [] bytes) {
        if (bytes.length == 0) {
            return;
        }
        Mistakes.forget();
        var hub = new ScriptedHub();
        var service = AmqpService.of(new AmqpConfig(2), hub, null, Time.system(), Randomness.secure());
        byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
        if ((bytes[0] & OPEN) != 0) {
            try (var client = new AmqpClient(service, sent -> sent)) {
                client.open();
                client.send(rest);
            }
        } else {
            try (var victim = new Victim(service)) {
                victim.send(rest, (bytes[0] & IN_PIECES) != 0 ? PIECE : Math.max(1, rest.length));
            }
        }
        hub.expectNoSession();
        if (service.connections() != 0) {
            throw new AssertionError("a connection that is gone is counted");
        }
        Mistakes.expectNone();
    }
}

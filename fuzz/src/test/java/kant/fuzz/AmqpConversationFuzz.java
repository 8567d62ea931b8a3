package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.util.stream.Stream;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpService;
import kant.world.Randomness;
import kant.world.Time;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A device's whole conversation, some of whose bytes are changed on their way: three bytes of input are one change, where in the
 * client's stream (two bytes) and what is exclusive-ored there.
 */
class AmqpConversationFuzz {
    private static final int BYTES_A_CHANGE = 3;

    /** A client says less than this in its conversation. */
    private static final int STREAM_BYTES = 4096;

    static Stream<byte[]> seeds() {
        return Seeds.hex("amqp-conversation.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void changed(byte @NotNull [] changes) {
        Mistakes.forget();
        var hub = new ScriptedHub();
        var service = AmqpService.of(new AmqpConfig(2), hub, null, Time.system(), Randomness.secure());
        try (var client = new AmqpClient(service, new Way(changes)::pass)) {
            client.converse(client.open());
        }
        hub.expectNoSession();
        if (service.connections() != 0) {
            throw new AssertionError("a connection that is gone is counted");
        }
        Mistakes.expectNone();
    }

    /** The way of the client's bytes to the hub. */
    private static final class Way {
        private final byte[] changes = new byte[STREAM_BYTES];
        private int passed;

        Way(byte[] input) {
            for (int i = 0; i + BYTES_A_CHANGE <= input.length; i += BYTES_A_CHANGE) {
                int at = ((input[i] & 0xff) << 8 | (input[i + 1] & 0xff)) % STREAM_BYTES;
                changes[at] ^= input[i + 2];
            }
        }

        byte[] pass(byte[] bytes) {
            byte[] changed = bytes.clone();
            for (int i = 0; i < changed.length && passed < STREAM_BYTES; i++) {
                changed[i] ^= changes[passed++];
            }
            return changed;
        }
    }
}

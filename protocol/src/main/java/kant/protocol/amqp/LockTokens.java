package kant.protocol.amqp;

import java.nio.ByteBuffer;
import java.util.UUID;
import kant.protocol.net.OnLoop;
import kant.world.Randomness;

/** Lock tokens of one connection: unguessable in one half, counted in the other, so that none comes twice and none costs randomness. */
@OnLoop
final class LockTokens {
    private final long high;
    private long count;

    LockTokens(Randomness randomness) {
        ByteBuffer random = ByteBuffer.wrap(randomness.bytes(Long.BYTES * 2));
        high = random.getLong();
        count = random.getLong();
    }

    UUID next() {
        return new UUID(high, count++);
    }
}

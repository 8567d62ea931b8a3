package kant.edgehub.session;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import kant.world.Randomness;

/**
 * Ids that no other message of any hub has, in the text form of a UUID: half is random and drawn once for this process, half
 * counts. Drawing every id anew would cost more than routing the message.
 */
final class MessageIds {
    private final long process;
    private final AtomicLong next;

    MessageIds(Randomness randomness) {
        UUID random = UUID.fromString(randomness.uuid());
        process = random.getMostSignificantBits();
        next = new AtomicLong(random.getLeastSignificantBits());
    }

    String next() {
        return new UUID(process, next.getAndIncrement()).toString();
    }
}

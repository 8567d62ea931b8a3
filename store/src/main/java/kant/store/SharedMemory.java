package kant.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bound on fresh messages in memory, over all endpoints. A cursor may hold as much as it leaves free for the others: one that is
 * alone gets half of it; where n want more, each gets one of n + 1 parts. So an absent reader cannot take it all.
 */
final class SharedMemory {
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    SharedMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes room for one more message of a cursor that holds some already. */
    boolean take(int bytes, long heldBytes) {
        if (heldBytes + bytes > maxBytes - used.get()) {
            return false;
        }
        if (used.addAndGet(bytes) > maxBytes) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }
}

package kant.store;

import java.util.concurrent.atomic.AtomicLong;

/** The bound on fresh messages in memory: over all endpoints, and for each cursor, so that an absent reader cannot take it all. */
final class SharedMemory {
    /** One cursor may have this part of it. */
    private static final int SHARES = 8;

    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    SharedMemory(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Takes room for one more message of a cursor that holds some already. */
    boolean take(int bytes, long heldBytes) {
        if (heldBytes + bytes > maxBytes / SHARES) {
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

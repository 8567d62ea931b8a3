package kant.testkit.sim;

import java.io.IOException;
import java.util.SplittableRandom;

/** Which calls to a disk fail. Guarded by its {@link SimDisk}. */
final class SimFaults {
    private final SplittableRandom random;
    private int writes;
    private int syncs;
    private boolean reads;
    private double chance;
    private long callsBeforeTheEnd;

    enum Call {
        READ,
        WRITE,
        SYNC,
        /** Open, list, rename, delete, sizes: what changes no byte of a file. */
        OTHER
    }

    SimFaults(SplittableRandom random) {
        this.random = random;
        none();
    }

    void none() {
        writes = 0;
        syncs = 0;
        reads = false;
        chance = 0;
        callsBeforeTheEnd = Long.MAX_VALUE;
    }

    void writes(int count) {
        writes = count;
    }

    void syncs(int count) {
        syncs = count;
    }

    void reads(boolean fail) {
        reads = fail;
    }

    void chance(double ofEachCall) {
        chance = ofEachCall;
    }

    void endAfter(long calls) {
        callsBeforeTheEnd = calls;
    }

    /** Whether no call succeeds any more. */
    boolean ended() {
        return callsBeforeTheEnd <= 0;
    }

    /** Whether the call that is being made fails. */
    boolean hit(Call call) {
        boolean ordered =
                switch (call) {
                    case READ -> reads;
                    case WRITE -> writes > 0 && writes-- > 0;
                    case SYNC -> syncs > 0 && syncs-- > 0;
                    case OTHER -> false;
                };
        boolean ended = ended();
        callsBeforeTheEnd--;
        boolean byChance = call != Call.READ && chance > 0 && random.nextDouble() < chance;
        return ordered || ended || byChance;
    }

    /** Fails where {@link #hit} says so. */
    void check(Call call) throws IOException {
        if (hit(call)) {
            throw failure(call);
        }
    }

    IOException failure(Call call) {
        boolean full = chance > 0 && random.nextBoolean();
        return new IOException(full ? "No space left on device (simulated)" : "Input/output error (simulated)");
    }
}

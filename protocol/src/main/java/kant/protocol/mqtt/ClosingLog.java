package kant.protocol.mqtt;

import kant.world.Time;
import org.slf4j.Logger;

/**
 * Lines about connections that ended: one for each, saying what and where, but no more than a person can read. Whoever can
 * reach the port can cause these lines.
 */
final class ClosingLog {
    private static final int BURST = 100;
    private static final long NANOS_PER_LINE = 100_000_000;

    private final Logger log;
    private final Time time;
    private long budgetNanos = BURST * NANOS_PER_LINE;
    private long lastNanos;
    private long suppressed;

    ClosingLog(Logger log, Time time) {
        this.log = log;
        this.time = time;
        lastNanos = time.nanos();
    }

    /**
     * Writes one line, unless there have been too many.
     *
     * @param client who it claims to be, possibly nobody yet
     */
    void write(Ending ending, Object peer, String client) {
        if (!log.isEnabledForLevel(ending.level())) {
            return;
        }
        long before = spend();
        if (before < 0) {
            return;
        }
        var line = log.atLevel(ending.level())
                .addKeyValue("peer", peer)
                .addKeyValue("client", client)
                .addKeyValue("reason", ending.reason());
        if (before > 0) {
            line = line.addKeyValue("linesSuppressed", before);
        }
        (ending.bug() == null ? line : line.setCause(ending.bug())).log(ending.message());
    }

    /** How many lines were left out since the last one, or -1 where this one is to be left out too. */
    private synchronized long spend() {
        long now = time.nanos();
        budgetNanos = Math.min(BURST * NANOS_PER_LINE, budgetNanos + now - lastNanos);
        lastNanos = now;
        if (budgetNanos < NANOS_PER_LINE) {
            suppressed++;
            return -1;
        }
        budgetNanos -= NANOS_PER_LINE;
        long before = suppressed;
        suppressed = 0;
        return before;
    }
}

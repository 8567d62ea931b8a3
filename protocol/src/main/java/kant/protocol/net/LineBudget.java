package kant.protocol.net;

/**
 * How many log lines strangers may cause: whoever reaches a port can cause one for each connection. A burst is let through,
 * then so many a second; what was left out is counted and told with the next line.
 */
public final class LineBudget {
    /** The answer for a line that is to be left out. */
    public static final long NONE = -1;

    private static final int BURST = 100;
    private static final long NANOS_PER_LINE = 100_000_000;

    private long budgetNanos = BURST * NANOS_PER_LINE;
    private long lastNanos;
    private long suppressed;

    /** @param nowNanos a clock that only goes forward */
    public LineBudget(long nowNanos) {
        lastNanos = nowNanos;
    }

    /** How many lines were left out since the last one, or {@link #NONE} where this one is to be left out too. */
    public synchronized long spend(long nowNanos) {
        budgetNanos = Math.min(BURST * NANOS_PER_LINE, budgetNanos + nowNanos - lastNanos);
        lastNanos = nowNanos;
        if (budgetNanos < NANOS_PER_LINE) {
            suppressed++;
            return NONE;
        }
        budgetNanos -= NANOS_PER_LINE;
        long before = suppressed;
        suppressed = 0;
        return before;
    }
}

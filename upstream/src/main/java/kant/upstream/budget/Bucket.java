package kant.upstream.budget;

import java.util.concurrent.TimeUnit;

/**
 * A bucket that fills at a rate and holds a tenth of a second's worth. What must go is taken out even where it is empty; it is
 * then overdrawn, and has to fill up again before anything that can wait goes. So over any stretch of time no more goes than
 * the rate allows, a tenth of a second, one message and the control traffic that did not ask apart.
 */
final class Bucket {
    private static final double HOLDS_SECONDS = 0.1;
    private static final double SECOND = TimeUnit.SECONDS.toNanos(1);

    private final double perNano;
    private final double holds;
    private double level;
    private long at;

    Bucket(long bytesPerSecond, long nowNanos) {
        perNano = bytesPerSecond / SECOND;
        holds = bytesPerSecond * HOLDS_SECONDS;
        level = holds;
        at = nowNanos;
    }

    void take(int bytes, long nowNanos) {
        fill(nowNanos);
        level -= bytes;
    }

    /** How long until there is something in it; 0 where there is. */
    long emptyNanos(long nowNanos) {
        fill(nowNanos);
        return level > 0 ? 0 : (long) (-level / perNano) + 1;
    }

    private void fill(long nowNanos) {
        level = Math.min(holds, level + (nowNanos - at) * perNano);
        at = nowNanos;
    }
}

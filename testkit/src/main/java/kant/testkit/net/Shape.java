package kant.testkit.net;

import java.time.Duration;

/**
 * How one direction carries bytes. Order is kept whatever chance says, as TCP keeps it.
 *
 * @param delay of every byte
 * @param jitter added to it by chance, from nothing to the whole
 * @param bytesPerSecond of all connections together; {@link #UNLIMITED} for no limit
 * @param stallChance per read of up to 64 KB, 0 to 1: that a packet of it is lost, so that TCP holds back all that follows
 * @param stall how long such a loss holds everything back: a retransmission time-out
 */
public record Shape(Duration delay, Duration jitter, long bytesPerSecond, double stallChance, Duration stall) {
    public static final long UNLIMITED = Long.MAX_VALUE;

    /** At once, and as much as comes. */
    public static final Shape CLEAR = delayed(Duration.ZERO, Duration.ZERO);

    public Shape {
        if (delay.isNegative() || jitter.isNegative() || stall.isNegative()) {
            throw new IllegalArgumentException("nothing arrives before it is sent: " + delay + ", " + jitter);
        }
        if (bytesPerSecond < 1 || stallChance < 0 || stallChance > 1) {
            throw new IllegalArgumentException(
                    "a rate is above 0 and a chance from 0 to 1: " + bytesPerSecond + ", " + stallChance);
        }
    }

    public static Shape delayed(Duration delay, Duration jitter) {
        return new Shape(delay, jitter, UNLIMITED, 0, Duration.ZERO);
    }

    public Shape limited(long bytes) {
        return new Shape(delay, jitter, bytes, stallChance, stall);
    }

    public Shape stalling(double chance, Duration length) {
        return new Shape(delay, jitter, bytesPerSecond, chance, length);
    }

    /** How long bytes read now are on their way, by two draws uniform in [0, 1). */
    long nanos(double jitterDraw, double stallDraw) {
        long stalled = stallDraw < stallChance ? stall.toNanos() : 0;
        return delay.toNanos() + (long) (jitter.toNanos() * jitterDraw) + stalled;
    }
}

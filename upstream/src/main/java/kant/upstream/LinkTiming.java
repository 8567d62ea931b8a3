package kant.upstream;

import java.time.Duration;

/**
 * The times a connection to the parent is run by.
 *
 * @param lost the waits after a connection was lost, or an attempt failed that had reached the parent
 * @param unreached the waits after an attempt that reached nobody: short, for such an attempt costs a few small packets, and
 *     only trying shows that the network is back
 * @param refused the waits after the parent refused the identity: slow, for trying again seldom changes its mind
 * @param attempt how long one attempt may take, from asking for the token to the restored subscriptions
 * @param healthy how long a connection must hold before failures are forgotten, so that a flapping one backs off
 * @param drain how long a connection that is closed on purpose may wait for what is in flight
 * @param debounce how long a loss is kept from the link's shown state, in case it heals
 * @param tokenShare which part of a token's life is used before the connection is renewed, 0 to 1
 */
public record LinkTiming(
        Backoff lost,
        Backoff unreached,
        Backoff refused,
        Duration attempt,
        Duration healthy,
        Duration drain,
        Duration debounce,
        double tokenShare) {

    /** A port that a firewall swallows must not keep the other transport waiting for long. */
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);

    private static final Duration PATIENT_CAP = Duration.ofSeconds(30);

    public LinkTiming {
        if (!attempt.isPositive() || healthy.isNegative() || drain.isNegative() || debounce.isNegative()) {
            throw new IllegalArgumentException("an attempt needs time, and no other time may be negative");
        }
        if (tokenShare <= 0 || tokenShare >= 1) {
            throw new IllegalArgumentException("token share " + tokenShare + " is not between 0 and 1");
        }
    }

    /** How long connecting may take: one attempt must leave time for another way, and for what follows it. */
    public Duration connecting() {
        return attempt.compareTo(LONGEST_CONNECT) < 0 ? attempt : LONGEST_CONNECT;
    }

    /** For a connection that is told when the parent is back, and so need not look for it often. */
    public LinkTiming patient() {
        Duration first = lost.first();
        var slow = new Backoff(first, first.compareTo(PATIENT_CAP) < 0 ? PATIENT_CAP : first);
        return new LinkTiming(slow, slow, refused, attempt, healthy, drain, debounce, tokenShare);
    }

    /** What programs use. A token's share of 85% is what the device SDKs take (device-protocols.md §2.2). */
    public static LinkTiming standard() {
        return new LinkTiming(
                new Backoff(Duration.ofMillis(250), Duration.ofSeconds(3)),
                new Backoff(Duration.ofMillis(250), Duration.ofSeconds(1)),
                new Backoff(Duration.ofSeconds(15), Duration.ofMinutes(5)),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                0.85);
    }
}

package kant.upstream;

import java.time.Duration;

/**
 * The times a connection to the parent is run by.
 *
 * @param lost the waits after a loss or a failed attempt
 * @param refused the waits after the parent refused the identity: slow, for trying again seldom changes its mind
 * @param attempt how long one attempt may take, from asking for the token to the restored subscriptions
 * @param healthy how long a connection must hold before failures are forgotten, so that a flapping one backs off
 * @param drain how long a connection that is closed on purpose may wait for what is in flight
 * @param debounce how long a loss is kept from the link's shown state, in case it heals
 * @param tokenShare which part of a token's life is used before the connection is renewed, 0 to 1
 */
public record LinkTiming(
        Backoff lost,
        Backoff refused,
        Duration attempt,
        Duration healthy,
        Duration drain,
        Duration debounce,
        double tokenShare) {

    public LinkTiming {
        if (!attempt.isPositive() || healthy.isNegative() || drain.isNegative() || debounce.isNegative()) {
            throw new IllegalArgumentException("an attempt needs time, and no other time may be negative");
        }
        if (tokenShare <= 0 || tokenShare >= 1) {
            throw new IllegalArgumentException("token share " + tokenShare + " is not between 0 and 1");
        }
    }

    /** What programs use. A token's share of 85% is what the device SDKs take (device-protocols.md §2.2). */
    public static LinkTiming standard() {
        return new LinkTiming(
                new Backoff(Duration.ofMillis(250), Duration.ofSeconds(30)),
                new Backoff(Duration.ofSeconds(15), Duration.ofMinutes(5)),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                0.85);
    }
}

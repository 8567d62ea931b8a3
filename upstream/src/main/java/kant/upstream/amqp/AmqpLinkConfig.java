package kant.upstream.amqp;

import java.time.Duration;
import kant.upstream.LinkTiming;

/**
 * How the AMQP link behaves.
 *
 * @param attemptsAtOnce how many identities may be attaching at a time, so that a returning parent is not stormed
 * @param inFlight messages of one identity that may be on the wire without their disposition
 * @param window messages of one identity that may be unfinished in all
 * @param idleTimeout how long the parent may say nothing at all; it is asked for empty frames (the original's 60 s)
 * @param answer how long the parent may leave a message, a link or a token without an answer
 * @param request how long it may take over a twin request
 * @param product what the parent sees as {@code com.microsoft:client-version}
 */
public record AmqpLinkConfig(
        LinkTiming timing,
        int attemptsAtOnce,
        int inFlight,
        int window,
        Duration idleTimeout,
        Duration answer,
        Duration request,
        String product) {

    public AmqpLinkConfig {
        if (attemptsAtOnce < 1 || inFlight < 1 || window < inFlight) {
            throw new IllegalArgumentException(
                    "attempts at once and messages in flight must be above zero, and the window not below the latter");
        }
        if (!idleTimeout.isPositive() || !answer.isPositive() || !request.isPositive()) {
            throw new IllegalArgumentException("the parent needs time to answer");
        }
    }

    /** The same with another idle timeout. */
    public AmqpLinkConfig idleTimeout(Duration other) {
        return new AmqpLinkConfig(timing, attemptsAtOnce, inFlight, window, other, answer, request, product);
    }

    /** What programs use. */
    public static AmqpLinkConfig standard(String product) {
        return new AmqpLinkConfig(
                LinkTiming.standard(),
                16,
                1024,
                4096,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(20),
                product);
    }
}

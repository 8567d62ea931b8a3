package kant.upstream.amqp;

import java.time.Duration;

/**
 * The time since an identity began to ask the parent for something. A connection that still carries bytes down but none up would
 * live on by the parent's empty frames; where a question is not answered, and nobody else has got any answer either, it ends. On
 * the home loop.
 */
final class Silence {
    private final AmqpConnection connection;
    private final AmqpParts parts;
    private final long begun;
    private final long wordsBefore;

    /** Begins now. */
    Silence(AmqpConnection connection, AmqpParts parts) {
        this.connection = connection;
        this.parts = parts;
        begun = parts.time().nanos();
        wordsBefore = connection.bytes().words();
    }

    /** The identity gives up: ends the connection if the parent said nothing for half of the time that an answer may take. */
    void unanswered() {
        if (connection.bytes().words() == wordsBefore && parts.time().nanos() - begun >= patienceNanos()) {
            parts.home().execute(() -> connection.fail("the parent says that it is there and answers nothing"));
        }
    }

    private long patienceNanos() {
        Duration attempt = parts.config().timing().attempt();
        Duration answer = parts.config().answer();
        return Math.min(attempt.toNanos(), answer.toNanos()) / 2;
    }
}

package kant.upstream.mqtt;

import java.time.Duration;

/**
 * Decides when to ping and when a silent connection is lost; a pure function of what passed and when. Any packet from the
 * parent proves that it lives; a ping is sent when nothing came for a while, or when nothing went, for the parent drops a
 * client that is silent for longer than its keep-alive.
 */
final class KeepAlive {
    enum Verdict {
        FINE,
        PING,
        LOST
    }

    private static final long NONE = Long.MIN_VALUE;

    private final long pingAfterNanos;
    private final long pingTimeoutNanos;
    private long lastRead;
    private long lastWritten;
    private long pingedAt = NONE;

    KeepAlive(Duration pingAfter, Duration pingTimeout, long now) {
        pingAfterNanos = pingAfter.toNanos();
        pingTimeoutNanos = pingTimeout.toNanos();
        lastRead = now;
        lastWritten = now;
    }

    void read(long now) {
        lastRead = now;
        pingedAt = NONE;
    }

    void written(long now) {
        lastWritten = now;
    }

    /** What to do now; {@link Verdict#PING} asks for one ping and counts its time from here. */
    Verdict check(long now) {
        if (pingedAt != NONE) {
            return now - pingedAt >= pingTimeoutNanos ? Verdict.LOST : Verdict.FINE;
        }
        if (now - Math.min(lastRead, lastWritten) < pingAfterNanos) {
            return Verdict.FINE;
        }
        pingedAt = now;
        return Verdict.PING;
    }

    /** When {@link #check} may say something else next. */
    long nextCheck() {
        return pingedAt != NONE ? pingedAt + pingTimeoutNanos : Math.min(lastRead, lastWritten) + pingAfterNanos;
    }
}

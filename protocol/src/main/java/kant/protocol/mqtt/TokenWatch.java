package kant.protocol.mqtt;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.time.Instant;
import kant.model.auth.SasToken;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.sas.SasCheck;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** Ends a connection when the token that opened it has run out: over MQTT there is no other way to renew it. */
@OnLoop
final class TokenWatch {
    /** Wall clocks jump, so a far-away expiry is looked at at least this often. */
    private static final Duration LOOK = Duration.ofMinutes(10);

    private final Channel channel;
    private final Time time;
    private final SasToken token;
    private final Duration skew;
    private final Runnable expired;
    private @Nullable ScheduledFuture<?> next;

    TokenWatch(Channel channel, Time time, SasToken token, Duration skew, Runnable expired) {
        this.channel = channel;
        this.time = time;
        this.token = token;
        this.skew = skew;
        this.expired = expired;
    }

    /** Ends it now, or looks again later. */
    void look() {
        Instant now = time.now();
        if (SasCheck.hasExpired(token, now, skew)) {
            expired.run();
            return;
        }
        Duration left = Duration.between(now.minus(skew), token.expires()).plusMillis(1);
        Duration delay = left.compareTo(LOOK) < 0 ? left : LOOK;
        next = ChannelTasks.after(channel, delay, this::look);
    }

    void close() {
        if (next != null) {
            next.cancel(false);
        }
    }
}

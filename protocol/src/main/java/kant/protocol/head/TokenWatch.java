package kant.protocol.head;

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

/**
 * Tells when the token by which a client is in has run out and no newer one came. Over MQTT none can come: there the connection ends
 * with its token.
 */
@OnLoop
public final class TokenWatch {
    /** Wall clocks jump, so a far-away expiry is looked at at least this often. */
    private static final Duration LOOK = Duration.ofMinutes(10);

    private final Channel channel;
    private final Time time;
    private final Duration skew;
    private final Runnable expired;
    private SasToken token;
    private @Nullable ScheduledFuture<?> next;

    public TokenWatch(Channel channel, Time time, SasToken token, Duration skew, Runnable expired) {
        this.channel = channel;
        this.time = time;
        this.token = token;
        this.skew = skew;
        this.expired = expired;
    }

    /** Tells now, or looks again later. */
    public void look() {
        close();
        Instant now = time.now();
        if (SasCheck.hasExpired(token, now, skew)) {
            expired.run();
            return;
        }
        Duration left = Duration.between(now.minus(skew), token.expires()).plusMillis(1);
        next = ChannelTasks.after(channel, left.compareTo(LOOK) < 0 ? left : LOOK, this::look);
    }

    public void renewed(SasToken newer) {
        token = newer;
        look();
    }

    public void close() {
        if (next != null) {
            next.cancel(false);
            next = null;
        }
    }
}

package kant.protocol.mqtt;

import io.netty.channel.Channel;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The longest silence of a client: one and a half times its keep-alive [MQTT-3.1.2-24], and never more than the head allows,
 * which also holds for a client that wants no keep-alive. Bytes count, not packets: a large packet on a slow line is life.
 */
final class KeepAlive {
    private static final long MILLIS_PER_SECOND = 1500;

    private KeepAlive() {}

    /** Has the pipeline tell of silence, by an idle event. */
    static void watch(Channel channel, int wantedSeconds, Duration most) {
        long wanted = wantedSeconds == 0 ? most.toMillis() : wantedSeconds * MILLIS_PER_SECOND;
        channel.pipeline()
                .addBefore(
                        MqttPipeline.FRAMER,
                        "keep-alive",
                        new IdleStateHandler(Math.min(wanted, most.toMillis()), 0, 0, TimeUnit.MILLISECONDS));
    }
}

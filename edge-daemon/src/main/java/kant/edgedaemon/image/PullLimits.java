package kant.edgedaemon.image;

import java.time.Duration;

/**
 * What pulls may cost.
 *
 * @param atOnce pulls that run at the same time; others wait their turn
 * @param attempts of one pull, the first included, where the cause may pass
 * @param stall without a sign of progress after which an attempt is given up
 * @param time that one attempt may take, however it progresses
 * @param pause before the second attempt; it doubles with each
 * @param longPause before the second attempt where the registry said "too many requests"; it doubles, too
 */
public record PullLimits(int atOnce, int attempts, Duration stall, Duration time, Duration pause, Duration longPause) {

    /** Three at once, as Docker fetches layers; slow lines pull big images, hence the hour. */
    public static final PullLimits DEFAULT = new PullLimits(
            3, 3, Duration.ofMinutes(3), Duration.ofHours(1), Duration.ofSeconds(5), Duration.ofSeconds(60));
}

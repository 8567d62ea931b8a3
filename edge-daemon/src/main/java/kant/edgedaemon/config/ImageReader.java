package kant.edgedaemon.config;

import java.time.Duration;
import java.time.LocalTime;
import kant.edgedaemon.image.CleanUp;
import kant.edgedaemon.image.ImageSettings;
import kant.edgedaemon.image.PullLimits;

/** Reads what concerns images: {@code [image_garbage_collection]}, {@code [kant.image_disk]}, {@code [kant.pull]} and the policy. */
final class ImageReader {
    private static final String COLLECTION = "image_garbage_collection.";
    private static final Duration DAY = Duration.ofDays(1);

    private ImageReader() {}

    static ImageSettings read(ConfigReader in, String agentImage) {
        return new ImageSettings(ImagePolicyReader.read(in), pulls(in), cleanUp(in), agentImage);
    }

    private static PullLimits pulls(ConfigReader in) {
        PullLimits usual = PullLimits.DEFAULT;
        return new PullLimits(
                in.number("kant.pull.at_once", usual.atOnce(), 1),
                in.number("kant.pull.attempts", usual.attempts(), 1),
                in.duration("kant.pull.stall_limit", usual.stall(), Duration.ofSeconds(1)),
                in.duration("kant.pull.time_limit", usual.time(), Duration.ofSeconds(1)),
                usual.pause(),
                usual.longPause());
    }

    private static CleanUp cleanUp(ConfigReader in) {
        CleanUp usual = CleanUp.DEFAULT;
        int high = percent(in, "kant.image_disk.high_percent", usual.highPercent());
        int low = percent(in, "kant.image_disk.low_percent", Math.min(usual.lowPercent(), high));
        if (low > high) {
            in.mistake(
                    "kant.image_disk.low_percent",
                    "\"kant.image_disk.low_percent\" is " + low + ", above \"high_percent\", " + high + ".");
        }
        return new CleanUp(
                in.flag(COLLECTION + "enabled", true),
                recurrence(in),
                in.duration(COLLECTION + "image_age_cleanup_threshold", usual.age(), Duration.ofSeconds(1)),
                time(in),
                high,
                low);
    }

    private static int percent(ConfigReader in, String key, int otherwise) {
        int percent = in.number(key, otherwise, 1);
        if (percent > 100) {
            in.mistake(key, "\"" + key + "\" is " + percent + ", more than 100.");
        }
        return percent;
    }

    private static Duration recurrence(ConfigReader in) {
        String key = COLLECTION + "cleanup_recurrence";
        Duration value = in.duration(key, CleanUp.DEFAULT.recurrence(), DAY);
        if (!value.minusDays(value.toDays()).isZero()) {
            in.mistake(key, "\"" + key + "\" must be whole days, such as \"1d\".");
        }
        return value;
    }

    private static LocalTime time(ConfigReader in) {
        String key = COLLECTION + "cleanup_time";
        String text = in.text(key, "00:00");
        if (!text.matches("([01]\\d|2[0-3]):[0-5]\\d")) {
            in.mistake(key, "\"" + key + "\" is \"" + text + "\"; it must be a time of the day such as \"03:30\".");
            return LocalTime.MIDNIGHT;
        }
        return LocalTime.parse(text);
    }
}

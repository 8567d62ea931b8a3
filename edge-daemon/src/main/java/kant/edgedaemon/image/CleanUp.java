package kant.edgedaemon.image;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * When which images go: by age at a time of the day, and the longest unused first while the disk is too full.
 *
 * @param recurrence whole days from one look at the ages to the next
 * @param age since the last use, from which on an image may go
 * @param at the time of the day, on the machine's clock
 * @param highPercent of the disk in use, from which on images go before their age
 * @param lowPercent at which that ends
 */
public record CleanUp(
        boolean enabled, Duration recurrence, Duration age, LocalTime at, int highPercent, int lowPercent) {

    /** The original's, and two marks for the disk. */
    public static final CleanUp DEFAULT =
            new CleanUp(true, Duration.ofDays(1), Duration.ofDays(7), LocalTime.MIDNIGHT, 85, 75);

    /** Younger ones may be wanted by an update that is under way, whatever the disk says. */
    static final Duration YOUNGEST = Duration.ofHours(1);

    /** The first look at the ages after a start. */
    public Instant firstAfter(Instant now, ZoneId zone) {
        ZonedDateTime here = now.atZone(zone);
        ZonedDateTime today = here.with(at);
        return (today.isAfter(here) ? today : today.plusDays(1)).toInstant();
    }

    /** Those that nobody used for the age, the longest unused first. */
    public List<String> aged(Map<String, ImageBook.Entry> images, Set<String> inUse, Instant now) {
        return unusedFor(age, images, inUse, now);
    }

    /** Those that may go for want of space, the longest unused first. */
    public List<String> spare(Map<String, ImageBook.Entry> images, Set<String> inUse, Instant now) {
        return unusedFor(YOUNGEST, images, inUse, now);
    }

    /** A last use in the future (the clock was wrong) is no age at all. */
    private static List<String> unusedFor(
            Duration least, Map<String, ImageBook.Entry> images, Set<String> inUse, Instant now) {
        Instant latest = now.minus(least);
        return images.entrySet().stream()
                .filter(image -> !inUse.contains(image.getKey()))
                .filter(image -> !image.getValue().lastUse().isAfter(latest))
                .sorted(Comparator.comparing(image -> image.getValue().lastUse()))
                .map(Map.Entry::getKey)
                .toList();
    }
}

package kant.upstream.budget;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Hours of the day, in UTC, in which telemetry waits: {@code 22:00-06:00}, the end not included, over midnight where it ends
 * before it begins. They cannot cover the whole day.
 */
public record QuietHours(List<Window> windows) {
    public static final QuietHours NONE = new QuietHours(List.of());

    /** More would be a mistake, and each is looked at for every message. */
    private static final int MOST_WINDOWS = 24;

    private static final int DAY = 24 * 60;
    private static final Pattern FORM = Pattern.compile("([01]\\d|2[0-3]):([0-5]\\d)-([01]\\d|2[0-4]):([0-5]\\d)");

    /** A clock that shows a time before this has not been set: its hours mean nothing. */
    private static final Instant PLAUSIBLE = Instant.parse("2020-01-01T00:00:00Z");

    /**
     * One of them.
     *
     * @param from the minute of the day at which it begins
     * @param to the minute at which it has ended, up to 24:00
     */
    public record Window(int from, int to) {
        boolean covers(int minute) {
            return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
        }
    }

    public QuietHours {
        windows = List.copyOf(windows);
        if (windows.size() > MOST_WINDOWS) {
            throw new IllegalArgumentException("there are more than " + MOST_WINDOWS + " quiet hours");
        }
        var covered = new BitSet(DAY);
        for (Window window : windows) {
            for (int minute = 0; minute < DAY; minute++) {
                if (window.covers(minute)) {
                    covered.set(minute);
                }
            }
        }
        if (covered.cardinality() == DAY) {
            throw new IllegalArgumentException("quiet hours cover the whole day: nothing would ever be sent");
        }
    }

    /** Reads texts of the form {@code hh:mm-hh:mm}; refuses others with a sentence. */
    public static QuietHours parse(List<String> texts) {
        List<Window> windows = new ArrayList<>();
        for (String text : texts) {
            var match = FORM.matcher(text.strip());
            int from = 0;
            int to = 0;
            if (match.matches()) {
                from = minute(match.group(1), match.group(2));
                to = minute(match.group(3), match.group(4));
            }
            if (from == to || to > DAY) {
                throw new IllegalArgumentException(
                        "quiet hours \"" + text + "\" are not of the form hh:mm-hh:mm in UTC, for example 22:00-06:00");
            }
            windows.add(new Window(from, to));
        }
        return windows.isEmpty() ? NONE : new QuietHours(windows);
    }

    /** How long they last from now on; zero where telemetry may go. */
    public Duration left(Instant now) {
        if (windows.isEmpty() || now.isBefore(PLAUSIBLE)) {
            return Duration.ZERO;
        }
        ZonedDateTime at = now.atZone(ZoneOffset.UTC);
        int first = at.getHour() * 60 + at.getMinute();
        int minute = first;
        while (quiet(minute % DAY)) {
            minute++;
        }
        return minute == first
                ? Duration.ZERO
                : Duration.ofMinutes(minute - first)
                        .minusSeconds(at.getSecond())
                        .minusNanos(at.getNano());
    }

    private boolean quiet(int minute) {
        for (Window window : windows) {
            if (window.covers(minute)) {
                return true;
            }
        }
        return false;
    }

    private static int minute(String hours, String minutes) {
        return Integer.parseInt(hours) * 60 + Integer.parseInt(minutes);
    }
}

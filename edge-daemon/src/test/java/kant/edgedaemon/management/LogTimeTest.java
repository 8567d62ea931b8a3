package kant.edgedaemon.management;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class LogTimeTest {
    private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    @Test
    void all_three_ways_are_understood() {
        assertThat(LogTime.parse("2026-11-25T10:00:00+01:00", NOW)).contains(Instant.parse("2026-11-25T09:00:00Z"));
        assertThat(LogTime.parse("1800000000", NOW)).contains(Instant.ofEpochSecond(1_800_000_000));
        assertThat(LogTime.parse("1 day", NOW)).contains(Instant.parse("2026-11-24T12:00:00Z"));
        assertThat(LogTime.parse("90m", NOW)).contains(Instant.parse("2026-11-25T10:30:00Z"));
        assertThat(LogTime.parse("2h30m", NOW)).contains(Instant.parse("2026-11-25T09:30:00Z"));
        assertThat(LogTime.parse("1w 2 days", NOW)).contains(Instant.parse("2026-11-16T12:00:00Z"));
    }

    @Test
    void anything_else_is_not() {
        assertThat(LogTime.parse("soon", NOW)).isEmpty();
        assertThat(LogTime.parse("", NOW)).isEmpty();
        assertThat(LogTime.parse("5 parsecs", NOW)).isEmpty();
        assertThat(LogTime.parse("1h tomorrow", NOW)).isEmpty();
    }
}

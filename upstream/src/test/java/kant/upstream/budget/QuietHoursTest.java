package kant.upstream.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuietHoursTest {

    @ParameterizedTest
    @CsvSource({
        "22:00-06:00, 2026-03-01T21:59:59Z, PT0S",
        "22:00-06:00, 2026-03-01T22:00:00Z, PT8H",
        "22:00-06:00, 2026-03-01T23:30:15Z, PT6H29M45S",
        "22:00-06:00, 2026-03-01T05:59:59Z, PT1S",
        "22:00-06:00, 2026-03-01T06:00:00Z, PT0S",
        "12:00-13:30, 2026-03-01T13:00:00Z, PT30M",
        "12:00-24:00, 2026-03-01T23:59:00Z, PT1M",
    })
    void they_last_until_their_end(String hours, Instant now, Duration left) {
        assertThat(QuietHours.parse(List.of(hours)).left(now)).isEqualTo(left);
    }

    @Test
    void those_that_follow_one_another_are_one() {
        QuietHours hours = QuietHours.parse(List.of("10:00-11:00", "11:00-12:00"));

        assertThat(hours.left(Instant.parse("2026-03-01T10:30:00Z"))).isEqualTo(Duration.ofMinutes(90));
    }

    @Test
    void a_clock_that_was_never_set_knows_no_hours() {
        assertThat(QuietHours.parse(List.of("00:00-23:59")).left(Instant.parse("1970-01-01T00:05:00Z")))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "22-6", "22:00", "24:00-06:00", "22:00-24:01", "25:00-26:00", "06:00-06:00", "a:b-c:d"})
    void what_is_no_span_of_hours_is_refused_by_name(String text) {
        assertThatThrownBy(() -> QuietHours.parse(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void a_day_without_an_open_minute_is_refused() {
        assertThatThrownBy(() -> QuietHours.parse(List.of("00:00-12:00", "12:00-24:00")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("whole day");
    }
}

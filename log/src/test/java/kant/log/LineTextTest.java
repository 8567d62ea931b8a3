package kant.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

class LineTextTest {
    private static final Instant TIME = Instant.parse("2026-05-04T03:02:01Z");

    @Test
    void an_event_is_one_line_of_level_time_component_message_and_pairs() {
        String line = LineText.of(
                TIME,
                Level.WARN,
                "kant.edgehub.outbox.Outbox",
                "delivery failed, will retry",
                List.of(new KeyValuePair("endpoint", "iothub"), new KeyValuePair("retryInMillis", 250)),
                null);

        assertThat(line)
                .isEqualTo("WARN  2026-05-04T03:02:01.000Z Outbox delivery failed, will retry endpoint=\"iothub\""
                        + " retryInMillis=\"250\"\n");
    }

    @Test
    void a_value_can_forge_neither_a_line_nor_a_key() {
        String line = LineText.of(
                TIME,
                Level.INFO,
                "x",
                "said \"so\"\nERROR forged",
                List.of(new KeyValuePair("topic", "a\" device=\"b\r\n\\\u001b[2J\u2028")),
                null);

        assertThat(line)
                .isEqualTo("INFO  2026-05-04T03:02:01.000Z x said \"so\"\\nERROR forged"
                        + " topic=\"a\\\" device=\\\"b\\r\\n\\\\\\u001b[2J\\u2028\"\n");
    }

    @Test
    void a_cause_follows_with_a_bounded_number_of_frames() {
        var cause = new IllegalStateException("broken\nhere", new IllegalArgumentException("why"));
        cause.setStackTrace(frames(500));

        List<String> lines = LineText.of(TIME, Level.ERROR, "x", "failed", null, cause)
                .lines()
                .toList();

        assertThat(lines).contains("java.lang.IllegalStateException: broken\\nhere", "\t... 480 more");
        assertThat(lines).contains("Caused by: java.lang.IllegalArgumentException: why");
        assertThat(lines).hasSizeLessThan(50);
    }

    @Test
    void an_absent_message_or_value_is_written_as_null() {
        assertThat(LineText.of(TIME, Level.INFO, "x", null, List.of(new KeyValuePair("k", null)), null))
                .endsWith(" x null k=\"null\"\n");
    }

    private static StackTraceElement[] frames(int count) {
        var frames = new StackTraceElement[count];
        java.util.Arrays.fill(frames, new StackTraceElement("C", "m", "C.java", 1));
        return frames;
    }
}

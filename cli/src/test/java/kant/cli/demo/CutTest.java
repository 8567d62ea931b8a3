package kant.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CutTest {
    @Test
    void it_begins_after_half_of_the_messages_and_ends_when_its_time_is_over() {
        var cut = new Cut(settings(100, Duration.ofSeconds(30)));

        assertThat(cut.due(49, 0)).isEqualTo(Cut.Act.NOTHING);
        assertThat(cut.due(50, 1)).isEqualTo(Cut.Act.BEGIN);
        assertThat(cut.over()).isFalse();
        assertThat(cut.due(50, seconds(30))).isEqualTo(Cut.Act.NOTHING);
        assertThat(cut.due(50, seconds(30) + 1)).isEqualTo(Cut.Act.END);
        assertThat(cut.over()).isTrue();
        assertThat(cut.due(100, seconds(40))).isEqualTo(Cut.Act.NOTHING);
    }

    @Test
    void without_a_cut_it_is_over_from_the_start() {
        var cut = new Cut(settings(100, Duration.ZERO));

        assertThat(cut.over()).isTrue();
        assertThat(cut.due(100, seconds(1))).isEqualTo(Cut.Act.NOTHING);
    }

    private static long seconds(long s) {
        return Duration.ofSeconds(s).toNanos();
    }

    private static DemoSettings settings(long messages, Duration cut) {
        return new DemoSettings(Path.of("x"), "process", "", messages, cut, Duration.ofMinutes(1), false);
    }
}

package kant.bench.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void the_median_of_an_even_number_lies_between_the_middle_two() {
        assertThat(new Figures(List.of(4.0, 1.0, 3.0, 2.0)).median()).isEqualTo(2.5);
    }

    @Test
    void the_spread_is_half_the_range_in_per_cent_of_the_median() {
        assertThat(new Figures(List.of(900.0, 1000.0, 1100.0)).text(0)).isEqualTo("1,000 ±10%");
    }

    @Test
    void one_figure_has_no_spread() {
        assertThat(new Figures(List.of(1234.56)).text(1)).isEqualTo("1,234.6");
    }

    @Test
    void percentiles_are_of_all_samples() {
        var samples = new Samples();
        for (int i = 10_000; i > 0; i--) {
            samples.add(i * 1_000_000L);
        }

        assertThat(samples.millis(0)).isEqualTo(1);
        assertThat(samples.millis(0.5)).isEqualTo(5001);
        assertThat(samples.millis(0.99)).isEqualTo(9901);
        assertThat(samples.millis(1)).isEqualTo(10_000);
    }
}

package kant.protocol.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuantilesTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final Quantiles quantiles = new Quantiles(0);

    @Test
    void they_are_within_seven_percent_of_what_is_so() {
        var random = new Random(5);
        long[] values = new long[20_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 30);
            quantiles.add(values[i], 0);
        }
        Arrays.sort(values);

        double[] told = quantiles.read(0);

        for (int i = 0; i < told.length; i++) {
            double real = values[(int) Math.ceil(Quantiles.TOLD[i] * values.length) - 1];
            assertThat(told[i]).isCloseTo(real, within(real * 0.07));
        }
    }

    @Test
    void small_values_are_exact_and_those_out_of_bounds_are_counted_at_the_bounds() {
        for (int i = 1; i <= 15; i++) {
            var one = new Quantiles(0);
            one.add(i, 0);
            assertThat(one.read(0)).containsOnly(i);
        }
        quantiles.add(-5, 0);
        assertThat(quantiles.read(0)).containsOnly(0);
        quantiles.add(Long.MAX_VALUE, 0);
        assertThat(quantiles.read(0)[3]).isGreaterThan(Duration.ofHours(9).toNanos());
    }

    @Test
    void what_is_older_than_ten_minutes_is_forgotten() {
        quantiles.add(10, 0);
        quantiles.add(1000, 6 * MINUTE);
        assertThat(quantiles.read(6 * MINUTE)[0]).isEqualTo(10);

        assertThat(quantiles.read(12 * MINUTE)[0]).isCloseTo(1000, within(70.0));
        assertThat(quantiles.read(60 * MINUTE)).containsOnly(Double.NaN);
    }

    @Test
    void many_threads_lose_no_value_they_add_between_two_generations() {
        IntStream.range(0, 8).parallel().forEach(_ -> {
            for (int i = 0; i < 10_000; i++) {
                quantiles.add(i % 2 == 0 ? 1 : 5, 0);
            }
        });

        assertThat(quantiles.read(0)).containsExactly(1, 1, 5, 5);
    }
}

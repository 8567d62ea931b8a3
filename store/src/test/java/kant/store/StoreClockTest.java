package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import kant.model.message.Target;
import org.junit.jupiter.api.Test;

/** Wall clocks that are wrong, and are set right, while messages wait. */
class StoreClockTest {
    private static final Target TWO_HOURS = StoreFixture.upstreamFor(Duration.ofHours(2));
    private static final Instant BOOT_WITHOUT_BATTERY = Instant.parse("1970-01-01T00:00:07Z");
    private static final Instant TODAY = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant IN_TEN_YEARS = Instant.parse("2036-03-01T12:00:00Z");

    private final StoreFixture f = new StoreFixture();

    @Test
    void a_clock_that_starts_in_1970_and_is_set_later_expires_nothing_early() {
        f.time.setWall(BOOT_WITHOUT_BATTERY);
        accept(0, 10);
        f.time.setWall(TODAY);
        f.pass(Duration.ofMinutes(1));
        accept(10, 20);

        f.restart();
        f.pass(Duration.ofMinutes(90));
        accept(20, 30);
        f.powerCut();

        assertThat(f.drain(Target.UPSTREAM)).containsExactlyElementsOf(texts(0, 30));
    }

    @Test
    void a_clock_that_was_set_while_the_device_was_off_expires_nothing_early() {
        f.time.setWall(BOOT_WITHOUT_BATTERY);
        accept(0, 10);
        f.pass(Duration.ofSeconds(1));
        f.losePower();
        f.time.setWall(TODAY);
        f.turn();

        f.pass(Duration.ofMinutes(100));

        assertThat(f.counts(Target.UPSTREAM).pending()).isEqualTo(10);
        f.pass(Duration.ofMinutes(30));
        assertThat(f.counts(Target.UPSTREAM).expired()).isEqualTo(10);
    }

    @Test
    void a_device_that_boots_in_1970_each_time_keeps_order_and_loses_nothing() {
        for (int boot = 0; boot < 5; boot++) {
            f.time.setWall(BOOT_WITHOUT_BATTERY);
            accept(10 * boot, 10 * boot + 10);
            f.pass(Duration.ofMinutes(10));
            f.powerCut();
        }

        assertThat(f.drain(Target.UPSTREAM)).containsExactlyElementsOf(texts(0, 50));
    }

    @Test
    void a_jump_of_ten_years_and_back_expires_nothing_also_across_restarts() {
        f.time.setWall(TODAY);
        accept(0, 10);
        f.time.setWall(IN_TEN_YEARS);
        f.pass(Duration.ofMinutes(1));
        accept(10, 20);
        f.restart();
        accept(20, 30);
        f.time.setWall(TODAY);
        f.pass(Duration.ofMinutes(1));
        f.restart();
        accept(30, 40);
        f.losePower();
        f.time.setWall(IN_TEN_YEARS);
        f.turn();
        f.pass(Duration.ofMinutes(1));

        assertThat(f.counts(Target.UPSTREAM).expired()).isZero();
        assertThat(f.drain(Target.UPSTREAM)).containsExactlyElementsOf(texts(0, 40));
    }

    @Test
    void a_jump_while_nothing_happens_is_not_taken_for_time_that_passed_before_a_restart() {
        accept(0, 10);
        f.pass(Duration.ofSeconds(2));
        f.time.setWall(f.time.now().plus(Duration.ofDays(20)));
        f.pass(Duration.ofSeconds(2));
        f.pass(Duration.ofSeconds(2));

        f.kill();

        assertThat(f.drain(Target.UPSTREAM)).hasSize(10);
    }

    @Test
    void time_passes_while_a_device_with_a_clock_is_off() {
        accept(0, 10);
        f.pass(Duration.ofSeconds(1));
        f.losePower();
        f.time.advance(Duration.ofHours(3));
        f.turn();

        f.pass(Duration.ofSeconds(2));

        assertThat(f.counts(Target.UPSTREAM).expired()).isEqualTo(10);
    }

    private void accept(int from, int to) {
        for (int i = from; i < to; i++) {
            f.accepted("m" + i, TWO_HOURS);
        }
    }

    private static List<String> texts(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "m" + i).toList();
    }
}

package kant.upstream.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import kant.testkit.sim.SimTasks;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The budget on a clock that the test moves. */
class BudgetTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    private final SimTime clock = new SimTime();
    private final SimTasks tasks = new SimTasks(clock);
    private final Budget budget = new Budget(tasks, clock);

    @BeforeEach
    void noon() {
        clock.setWall(NOON);
    }

    /** Sends without end what it is allowed to. */
    private final class Sender {
        private final Random random = new Random(7);
        private long sent;

        void pump() {
            while (budget.open()) {
                int bytes = 50 + random.nextInt(3000);
                sent += bytes;
                budget.written(bytes);
            }
            budget.whenOpen(this::pump);
        }
    }

    @Test
    void without_limits_nothing_waits() {
        budget.written(Integer.MAX_VALUE);

        assertThat(budget.open()).isTrue();
        assertThat(budget.sentBytes()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void over_a_minute_as_much_goes_as_the_rate_says() {
        budget.limit(rate(10_000));
        var sender = new Sender();

        sender.pump();
        tasks.advance(Duration.ofMinutes(1));

        assertThat((double) sender.sent).isCloseTo(600_000, within(600_000 * 0.01));
    }

    @Test
    void what_control_costs_telemetry_does_without() {
        budget.limit(rate(10_000));
        var sender = new Sender();
        sender.pump();

        for (int i = 0; i < 60; i++) {
            budget.written(4000);
            tasks.advance(Duration.ofSeconds(1));
        }

        assertThat((double) sender.sent).isCloseTo(360_000, within(10_000.0));
    }

    @Test
    void all_who_wait_get_their_turn() {
        budget.limit(rate(10_000));
        Map<Integer, Integer> turns = new HashMap<>();
        for (int i = 0; i < 20; i++) {
            int sender = i;
            Runnable[] pump = new Runnable[1];
            pump[0] = () -> {
                while (budget.open()) {
                    turns.merge(sender, 1, Integer::sum);
                    budget.written(1000);
                }
                budget.whenOpen(pump[0]);
            };
            pump[0].run();
        }

        tasks.advance(Duration.ofSeconds(40));

        assertThat(turns.values()).hasSize(20).allSatisfy(n -> assertThat(n).isBetween(15, 25));
    }

    @Test
    void a_change_is_in_force_at_once_also_for_what_waits() {
        budget.limit(rate(1));
        budget.written(100_000);
        List<String> told = new ArrayList<>();
        budget.whenOpen(() -> told.add("open"));
        tasks.advance(Duration.ofSeconds(10));
        assertThat(told).isEmpty();

        budget.limit(UpstreamLimits.NONE);
        tasks.advance(Duration.ofMillis(1));

        assertThat(told).containsExactly("open");
    }

    @Test
    void in_quiet_hours_telemetry_waits_for_their_end_and_a_clock_that_is_set_is_noticed() {
        budget.limit(new UpstreamLimits(OptionalLong.empty(), QuietHours.parse(List.of("12:00-13:00"))));
        List<Instant> told = new ArrayList<>();
        budget.whenOpen(() -> told.add(clock.now()));
        assertThat(budget.open()).isFalse();
        assertThat(budget.quiet()).isTrue();

        tasks.advance(Duration.ofHours(1));
        assertThat(told).containsExactly(NOON.plus(Duration.ofHours(1)));

        clock.setWall(NOON);
        budget.whenOpen(() -> told.add(clock.now()));
        tasks.advance(Duration.ofMinutes(1));
        assertThat(told).hasSize(1);
        clock.setWall(NOON.plus(Duration.ofHours(5)));
        tasks.advance(Duration.ofMinutes(1));
        assertThat(told).hasSize(2);
    }

    private static UpstreamLimits rate(long bytesPerSecond) {
        return new UpstreamLimits(OptionalLong.of(bytesPerSecond), QuietHours.NONE);
    }
}

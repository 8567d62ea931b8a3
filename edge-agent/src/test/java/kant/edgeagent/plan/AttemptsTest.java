package kant.edgeagent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import kant.edgeagent.plan.Attempts.Verdict;
import org.junit.jupiter.api.Test;

class AttemptsTest {
    private static final SupervisionRules RULES = SupervisionRules.DEFAULT;
    private static final Work WORK = Work.of("m", "abc", List.of(new Step.Start("m")));

    @Test
    void waits_grow_from_20_seconds_to_300() {
        Attempts attempts = Attempts.none();
        long now = 0;
        for (long expected : new long[] {20, 40, 80, 160, 300, 300}) {
            attempts = attempts.failed(WORK, now);
            assertThat(attempts.verdict(WORK, RULES, now + seconds(expected))).isEqualTo(Verdict.COOLING_OFF);
            assertThat(attempts.verdict(WORK, RULES, now + seconds(expected) + 1))
                    .isEqualTo(Verdict.READY);
            now += seconds(expected) + 1;
        }
    }

    @Test
    void after_twenty_failures_it_is_given_up() {
        Attempts attempts = Attempts.none();
        for (int i = 0; i < 20; i++) {
            attempts = attempts.failed(WORK, 0);
        }
        assertThat(attempts.verdict(WORK, RULES, Long.MAX_VALUE)).isEqualTo(Verdict.GIVEN_UP);
    }

    @Test
    void a_success_is_a_new_beginning_and_other_work_is_not_held_up() {
        Attempts attempts = Attempts.none().failed(WORK, 0);

        assertThat(attempts.verdict(Work.of("m", "other spec", WORK.steps()), RULES, 0))
                .isEqualTo(Verdict.READY);
        assertThat(attempts.succeeded(WORK)).isEqualTo(Attempts.none());
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }
}

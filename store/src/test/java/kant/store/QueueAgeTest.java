package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import kant.model.message.Target;
import org.junit.jupiter.api.Test;

/** How long the oldest message has waited. */
class QueueAgeTest {
    private final StoreFixture f = new StoreFixture();

    @Test
    void the_oldest_counts_whether_it_waits_is_under_way_or_was_given_back() {
        assertThat(f.store().oldestPending(Target.UPSTREAM)).isEmpty();
        accept("old");
        f.pass(Duration.ofMinutes(2));
        accept("new");
        f.pass(Duration.ofMinutes(1));
        assertThat(seconds()).isEqualTo(180);

        Entry old = f.upstream().read(1, 10_000).getFirst();
        assertThat(seconds()).as("under way").isEqualTo(180);
        f.upstream().release(old);
        assertThat(seconds()).as("given back").isEqualTo(180);
        f.upstream().read(1, 10_000).forEach(f.upstream()::delivered);
        assertThat(seconds()).as("of the next").isEqualTo(60);
        f.upstream().read(1, 10_000).forEach(f.upstream()::delivered);

        assertThat(f.store().oldestPending(Target.UPSTREAM)).isEmpty();
    }

    @Test
    void a_restart_remembers_it() {
        accept("old");
        f.pass(Duration.ofMinutes(2));

        f.restart();

        assertThat(seconds()).isBetween(120L, 121L);
    }

    private long seconds() {
        return f.store().oldestPending(Target.UPSTREAM).orElseThrow().toSeconds();
    }

    private void accept(String text) {
        f.accepted(text, new Target(Target.UPSTREAM, Target.DEFAULT_PRIORITY, Target.FOREVER));
    }
}

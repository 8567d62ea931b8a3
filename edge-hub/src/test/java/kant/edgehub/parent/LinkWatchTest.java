package kant.edgehub.parent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kant.testkit.sim.SimTime;
import kant.upstream.LinkState;
import org.junit.jupiter.api.Test;

class LinkWatchTest {
    private static final Instant BOOT = Instant.parse("1970-01-01T00:00:30Z");

    private final SimTime clock = booted();
    private long pending = 3;
    private Optional<Duration> oldest = Optional.of(Duration.ofSeconds(90));

    private final LinkWatch watch = new LinkWatch(
            new LinkWatch.Queue() {
                @Override
                public long pending() {
                    return pending;
                }

                @Override
                public Optional<Duration> oldest() {
                    return oldest;
                }
            },
            clock);

    private static SimTime booted() {
        var clock = new SimTime();
        clock.setWall(BOOT);
        return clock;
    }

    @Test
    void it_tells_since_when_and_what_waits() {
        assertThat(watch.changed(LinkState.CONNECTING)).as("as it began").isFalse();
        clock.advance(Duration.ofSeconds(10));
        assertThat(watch.changed(LinkState.DOWN)).isTrue();
        clock.advance(Duration.ofSeconds(20));
        assertThat(watch.changed(LinkState.DRAINING))
                .as("no other state for who looks")
                .isFalse();

        LinkView view = watch.view();

        assertThat(view.lasts()).isEqualTo(Duration.ofSeconds(20));
        assertThat(view.transitions()).isEqualTo(1);
        assertThat(view.json())
                .hasToString("{\"state\":\"down\",\"since\":\"1970-01-01T00:00:40Z\",\"oldestPendingSeconds\":90,"
                        + "\"pendingMessages\":3}");
    }

    @Test
    void a_clock_that_is_set_later_corrects_what_it_told_and_a_second_more_or_less_does_not() {
        watch.changed(LinkState.UP);
        clock.advance(Duration.ofSeconds(60));
        clock.setWall(Instant.parse("2026-03-01T12:00:00Z"));

        assertThat(watch.view().since()).isEqualTo(Instant.parse("2026-03-01T11:59:00Z"));

        clock.setWall(Instant.parse("2026-03-01T12:00:01Z"));
        assertThat(watch.view().since()).isEqualTo(Instant.parse("2026-03-01T11:59:00Z"));
    }

    @Test
    void what_only_passes_through_is_no_queue_for_the_twin() {
        watch.changed(LinkState.UP);
        oldest = Optional.of(Duration.ofSeconds(59));
        assertThat(watch.view().settled().pending()).isZero();
        oldest = Optional.of(Duration.ofSeconds(60));
        assertThat(watch.view().settled().pending()).isEqualTo(3);
        watch.changed(LinkState.DOWN);
        oldest = Optional.of(Duration.ofSeconds(1));
        assertThat(watch.view().settled().pending()).isEqualTo(3);
    }
}

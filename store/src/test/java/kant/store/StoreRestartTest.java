package kant.store;

import static kant.store.StoreFixture.UP;
import static kant.store.StoreFixture.padded;
import static kant.store.StoreFixture.texts;
import static kant.store.StoreFixture.to;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kant.model.message.Target;
import org.junit.jupiter.api.Test;

class StoreRestartTest {
    private final StoreFixture f = new StoreFixture();

    @Test
    void a_restarted_store_delivers_what_it_acknowledged() {
        for (int i = 0; i < 100; i++) {
            f.accepted(padded("m" + i, 500), UP, to("edge/m/in", i % 3));
        }

        f.powerCut();

        List<String> upstream = f.drain(Target.UPSTREAM);
        assertThat(upstream).hasSize(100).startsWith("m0", "m1").endsWith("m99");
        assertThat(f.drain("edge/m/in")).hasSize(100).startsWith("m0", "m3").endsWith("m95", "m98");
        assertThat(f.counts(Target.UPSTREAM)).isEqualTo(new EndpointCounts(100, 100, 0, Map.of(), 0));
    }

    @Test
    void after_an_orderly_restart_nothing_delivered_comes_again() {
        List.of("a", "b", "c").forEach(t -> f.accepted(t, UP));
        List<Entry> read = f.upstream().read(3, 10_000);
        f.upstream().delivered(read.get(0));
        f.upstream().delivered(read.get(2));

        f.restart();

        assertThat(f.counts(Target.UPSTREAM)).isEqualTo(new EndpointCounts(3, 2, 0, Map.of(), 1));
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("b");
    }

    @Test
    void a_killed_process_repeats_at_most_some_milliseconds_of_deliveries() {
        List.of("a", "b", "c").forEach(t -> f.accepted(t, UP));
        f.upstream().delivered(f.upstream().read(1, 1000).getFirst());
        f.pass(Duration.ofMillis(6));
        f.upstream().delivered(f.upstream().read(1, 1000).getFirst());

        f.kill();

        assertThat(f.counts(Target.UPSTREAM).delivered()).isEqualTo(1);
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("b", "c");
        assertThat(f.counts(Target.UPSTREAM)).isEqualTo(new EndpointCounts(3, 3, 0, Map.of(), 0));
    }

    @Test
    void a_power_cut_repeats_at_most_what_was_delivered_since_the_last_checkpoint() {
        List.of("a", "b", "c").forEach(t -> f.accepted(t, UP));
        f.upstream().delivered(f.upstream().read(1, 1000).getFirst());
        f.pass(f.config.checkpointInterval());
        f.pass(f.config.checkpointInterval());
        f.upstream().delivered(f.upstream().read(1, 1000).getFirst());

        f.powerCut();

        assertThat(f.drain(Target.UPSTREAM)).endsWith("b", "c").doesNotContain("a");
        assertThat(f.counts(Target.UPSTREAM).accepted()).isEqualTo(3);
    }

    @Test
    void what_was_in_flight_comes_first_after_a_restart() {
        List.of("a", "b", "c", "d").forEach(t -> f.accepted(t, UP));
        List<Entry> read = f.upstream().read(3, 10_000);
        f.upstream().delivered(read.get(1));

        f.restart();

        assertThat(texts(f.upstream().read(10, 10_000))).containsExactly("a", "c", "d");
    }

    @Test
    void a_stuck_message_does_not_make_others_come_twice() {
        var stuck = new ArrayList<Entry>();
        for (int i = 0; i < 300; i++) {
            f.accepted(padded("m" + i, 400), UP);
            for (Entry e : f.upstream().read(1, 10_000)) {
                if (i == 5) {
                    stuck.add(e);
                } else {
                    f.upstream().delivered(e);
                }
            }
            f.pass(Duration.ofMillis(100));
        }

        f.restart();

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("m5");
        assertThat(stuck).hasSize(1);
    }

    @Test
    void an_absent_endpoint_keeps_only_the_segments_it_has_messages_in() {
        f.accepted("for the absent one", to("edge/absent/in"));
        for (int i = 0; i < 500; i++) {
            f.accepted(padded("m" + i, 900), UP);
            f.drain(Target.UPSTREAM);
            f.pass(Duration.ofMillis(100));
        }

        assertThat(f.segments()).hasSizeLessThanOrEqualTo(5);
        f.restart();
        assertThat(f.drain("edge/absent/in")).containsExactly("for the absent one");
        assertThat(f.counts("edge/absent/in").dropped()).isEmpty();
    }

    @Test
    void a_store_that_is_reopened_often_does_not_grow() {
        for (int i = 0; i < 30; i++) {
            f.accepted("m" + i, UP);
            f.restart();
        }

        assertThat(f.segments()).hasSizeLessThanOrEqualTo(2);
        assertThat(f.drain(Target.UPSTREAM)).hasSize(30);
    }

    @Test
    void books_are_kept_over_many_restarts() {
        for (int i = 0; i < 20; i++) {
            f.accepted("m" + i, UP);
            f.upstream().delivered(f.upstream().read(1, 1000).getFirst());
            f.restart();
        }

        assertThat(f.counts(Target.UPSTREAM)).isEqualTo(new EndpointCounts(20, 20, 0, Map.of(), 0));
    }
}

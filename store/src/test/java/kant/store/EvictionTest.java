package kant.store;

import static kant.store.StoreFixture.padded;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import kant.model.error.Refusal;
import kant.model.message.Policy;
import kant.model.message.Target;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A full store whose routes say what makes room. */
class EvictionTest {
    private static final int MESSAGE_BYTES = 900;

    /** More than the store holds. */
    private static final int MOST = 1000;

    private static final Target OLDEST = target(Target.UPSTREAM, 5, Policy.WhenFull.DROP_OLDEST);

    private final StoreFixture f = new StoreFixture();

    @AfterEach
    void the_bound_was_kept() throws Exception {
        long bytes = 0;
        for (String file : f.disk.names()) {
            if (file.endsWith(".segment") || file.endsWith(".compacting")) {
                bytes += f.disk.content(file).length;
            }
        }
        assertThat(bytes).isLessThanOrEqualTo(f.config.maxBytes());
        f.store().stats().endpoints().forEach((name, counts) -> assertThat(counts.balanced())
                .as("balance of %s: %s", name, counts)
                .isTrue());
    }

    @Test
    void the_oldest_make_room_and_are_counted() {
        for (int i = 0; i < 2000; i++) {
            f.accepted(text("m", i), OLDEST);
        }

        EndpointCounts counts = f.counts(Target.UPSTREAM);
        assertThat(counts.accepted()).isEqualTo(2000);
        assertThat(counts.dropped()).containsOnlyKeys(DropReason.EVICTED_OLDEST);
        List<String> left = f.drain(Target.UPSTREAM);
        assertThat(left).hasSize((int) counts.pending()).hasSizeGreaterThan(200);
        assertThat(left).containsExactlyElementsOf(texts("m", 2000 - left.size(), 2000));
        assertThat(f.store().stats().damage()).isZero();
    }

    @Test
    void what_refuses_is_never_dropped_for_others_however_it_is_mixed_with_them() {
        Target alarm = target("edge/alarms/in", 5, Policy.WhenFull.REFUSE);
        for (int i = 0; i < 2000; i++) {
            f.accepted(text("m", i), OLDEST);
            if (i % 40 == 0) {
                f.accepted(text("alarm", i / 40), alarm);
            }
        }
        f.powerCut();

        assertThat(f.counts("edge/alarms/in").pending()).isEqualTo(50);
        assertThat(f.drain("edge/alarms/in")).containsExactlyElementsOf(texts("alarm", 0, 50));
        assertThat(f.counts("edge/alarms/in").dropped()).isEmpty();
        assertThat(f.drain(Target.UPSTREAM)).hasSizeGreaterThan(150).endsWith("m1998", "m1999");
        assertThat(f.store().stats().damage()).isZero();
    }

    @Test
    void a_message_that_two_want_stays_for_the_one_that_keeps_it() {
        Target kept = target("edge/keeper/in", 5, Policy.WhenFull.REFUSE);
        for (int i = 0; i < 20; i++) {
            f.accepted(text("both", i), OLDEST, kept);
        }
        for (int i = 0; i < 1000; i++) {
            f.accepted(text("m", i), OLDEST);
        }
        f.restart();

        assertThat(f.drain("edge/keeper/in")).containsExactlyElementsOf(texts("both", 0, 20));
        assertThat(f.drain(Target.UPSTREAM)).doesNotContain("both0").contains("m999");
    }

    @Test
    void a_store_full_of_what_must_stay_refuses_also_who_would_drop() {
        Target kept = target("edge/keeper/in", 5, Policy.WhenFull.REFUSE);
        fill(kept);

        assertThat(f.refused(text("m", 0), OLDEST)).isInstanceOf(Refusal.StoreFull.class);
        assertThat(f.counts("edge/keeper/in").dropped()).isEmpty();
        f.drain("edge/keeper/in");
        f.accepted(text("m", 1), OLDEST);
    }

    @Test
    void what_only_a_higher_priority_may_push_out_stays_for_others() {
        fill(target(Target.UPSTREAM, 5, Policy.WhenFull.DROP_LOWEST_PRIORITY));

        assertThat(f.refused(text("x", 0), target("edge/keeper/in", 5, Policy.WhenFull.REFUSE)))
                .isInstanceOf(Refusal.StoreFull.class);
        assertThat(f.counts(Target.UPSTREAM).dropped()).isEmpty();
    }

    @Test
    void a_message_that_refuses_finds_the_room_that_others_give() {
        fill("fill", OLDEST, 220);
        int kept = fill("kept", target("edge/keeper/in", 5, Policy.WhenFull.REFUSE), MOST);

        assertThat(kept).isBetween(200, MOST - 1);
        assertThat(f.counts("edge/keeper/in").pending()).isEqualTo(kept);
        assertThat(f.counts(Target.UPSTREAM).dropped()).containsOnlyKeys(DropReason.EVICTED_OLDEST);
    }

    @Test
    void what_is_being_sent_stays() {
        for (int i = 0; i < 100; i++) {
            f.accepted(text("m", i), OLDEST);
        }
        List<Entry> sent = f.upstream().read(10, 1 << 20);
        for (int i = 100; i < 1500; i++) {
            f.accepted(text("m", i), OLDEST);
        }

        sent.forEach(f.upstream()::delivered);

        assertThat(f.counts(Target.UPSTREAM).delivered()).isEqualTo(10);
        assertThat(f.drain(Target.UPSTREAM)).doesNotContainAnyElementsOf(StoreFixture.texts(sent));
    }

    @Test
    void a_higher_priority_pushes_out_the_lowest_of_its_endpoint_and_no_other() {
        Target high = target(Target.UPSTREAM, 0, Policy.WhenFull.DROP_LOWEST_PRIORITY);
        Target middle = target(Target.UPSTREAM, 5, Policy.WhenFull.DROP_LOWEST_PRIORITY);
        Target low = target(Target.UPSTREAM, 9, Policy.WhenFull.DROP_LOWEST_PRIORITY);
        Target other = target("edge/m/in", 9, Policy.WhenFull.DROP_LOWEST_PRIORITY);
        for (int i = 0; i < 60; i++) {
            f.accepted(text("low", i), low);
            f.accepted(text("middle", i), middle);
            f.accepted(text("other", i), other);
        }
        fill(low);
        int accepted = fill("high", high, MOST);

        assertThat(f.counts(Target.UPSTREAM).dropped()).containsOnlyKeys(DropReason.EVICTED_PRIORITY);
        assertThat(f.counts("edge/m/in").dropped()).isEmpty();
        List<String> left = f.drain(Target.UPSTREAM);
        assertThat(accepted).isBetween(100, MOST - 1);
        assertThat(left.subList(0, accepted)).containsExactlyElementsOf(texts("high", 0, accepted));
        assertThat(f.drain("edge/m/in")).hasSize(60);
    }

    @Test
    void the_lowest_priority_pushes_out_nothing() {
        Target high = target(Target.UPSTREAM, 0, Policy.WhenFull.DROP_LOWEST_PRIORITY);
        fill(high);

        assertThat(f.refused(text("low", 0), target(Target.UPSTREAM, 9, Policy.WhenFull.DROP_LOWEST_PRIORITY)))
                .isInstanceOf(Refusal.StoreFull.class);
        assertThat(f.refused(text("high", 0), high)).isInstanceOf(Refusal.StoreFull.class);
        assertThat(f.counts(Target.UPSTREAM).dropped()).isEmpty();
    }

    @Test
    void a_full_volume_makes_room_as_a_full_store_does() {
        f.accepted(text("m", 0), OLDEST);
        f.disk.capacity(f.disk.usedBytes() + (60 << 10));
        for (int i = 1; i < 1000; i++) {
            f.accepted(text("m", i), OLDEST);
        }

        assertThat(f.drain(Target.UPSTREAM)).contains("m999");
        assertThat(f.counts(Target.UPSTREAM).dropped()).containsOnlyKeys(DropReason.EVICTED_OLDEST);
    }

    @Test
    void a_quota_as_small_as_the_bound_is_enough_to_compact() {
        Target alarm = target("edge/alarms/in", 5, Policy.WhenFull.REFUSE);
        f.accepted(text("m", 0), OLDEST);
        f.disk.quota(f.config.maxBytes() + 3 * (64 << 10));
        for (int i = 1; i < 1500; i++) {
            f.accepted(text("m", i), OLDEST);
            if (i % 30 == 0) {
                f.accepted(text("alarm", i / 30), alarm);
            }
        }

        assertThat(f.drain("edge/alarms/in")).hasSize(49);
    }

    @Test
    void nothing_is_dropped_while_the_disk_does_not_take_the_cursors() {
        fill("fill", OLDEST, 200);
        f.upstream().read(1, 10_000).forEach(f.upstream()::delivered);
        f.disk.failWrites(1);
        f.pass(Duration.ofMillis(10));
        assertThat(f.store().stats().failure()).isNotNull();
        long before = f.counts(Target.UPSTREAM).droppedTotal();
        f.disk.failSyncs(1000);
        f.disk.failWrites(1000);
        for (int i = 0; i < 50; i++) {
            f.append(text("x", i), OLDEST);
            f.turn();
        }

        assertThat(f.counts(Target.UPSTREAM).droppedTotal()).isEqualTo(before);
    }

    @Test
    void many_small_files_become_few() {
        Target alarm = target("edge/alarms/in", 5, Policy.WhenFull.REFUSE);
        for (int i = 0; i < 6000; i++) {
            f.accepted(text("m", i), OLDEST);
            if (i % 60 == 0) {
                f.accepted("alarm" + i / 60, alarm);
            }
        }

        assertThat(f.segments()).hasSizeLessThan(40);
        assertThat(f.drain("edge/alarms/in")).hasSize(100);
    }

    private void fill(Target target) {
        assertThat(fill("fill", target, MOST)).isLessThan(MOST);
    }

    /** Until one is refused; returns how many were accepted. */
    private int fill(String name, Target target, int most) {
        int accepted = 0;
        while (accepted < most && accept(text(name, accepted), target)) {
            accepted++;
        }
        return accepted;
    }

    private boolean accept(String text, Target target) {
        CompletableFuture<Void> stage = f.append(text, target);
        f.turn();
        return !stage.isCompletedExceptionally();
    }

    private static Target target(String endpoint, long priority, Policy.WhenFull whenFull) {
        return new Target(endpoint, priority, Target.FOREVER, new Policy(whenFull, Policy.Order.OLDEST_FIRST));
    }

    private static String text(String name, int number) {
        return padded(name + number, MESSAGE_BYTES);
    }

    private static List<String> texts(String name, int from, int to) {
        return new ArrayList<>(IntStream.range(from, to).mapToObj(i -> name + i).toList());
    }
}

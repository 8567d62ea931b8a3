package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import kant.model.message.Policy;
import kant.model.message.Target;
import org.junit.jupiter.api.Test;

/** Messages of routes with {@code order: newestFirst}. */
class NewestFirstTest {
    private static final Target FRESH = new Target(
            Target.UPSTREAM,
            Target.DEFAULT_PRIORITY,
            Target.FOREVER,
            new Policy(Policy.WhenFull.REFUSE, Policy.Order.NEWEST_FIRST));

    private final StoreFixture f = new StoreFixture();

    @Test
    void a_fresh_message_overtakes_what_waited_while_nobody_read() {
        offline(50);

        List<Entry> first = f.upstream().read(5, 10_000);
        accept("fresh");
        List<Entry> then = f.upstream().read(5, 10_000);

        assertThat(StoreFixture.texts(first)).containsExactly("m0", "m1", "m2", "m3", "m4");
        assertThat(StoreFixture.texts(then)).containsExactly("fresh", "m5", "m6", "m7", "m8");
        assertThat(then).extracting(Entry::overtakes).containsExactly(true, false, false, false, false);
        deliver(first);
        deliver(then);
        assertThat(f.drain(Target.UPSTREAM)).hasSize(41);
        assertThat(f.counts(Target.UPSTREAM).delivered()).isEqualTo(51);
    }

    @Test
    void fresh_messages_keep_their_order_among_themselves() {
        offline(20);
        f.upstream().read(1, 10_000).forEach(f.upstream()::delivered);

        for (int i = 0; i < 10; i++) {
            accept("fresh" + i);
        }

        assertThat(f.drain(Target.UPSTREAM).subList(0, 10))
                .containsExactly(
                        "fresh0", "fresh1", "fresh2", "fresh3", "fresh4", "fresh5", "fresh6", "fresh7", "fresh8",
                        "fresh9");
    }

    @Test
    void a_reader_that_keeps_up_gets_all_in_order_and_from_memory() {
        var texts = new ArrayList<String>();
        for (int i = 0; i < 100; i++) {
            accept("m" + i);
            accept("n" + i);
            List<Entry> entries = f.upstream().readMemory(10, 10_000);
            assertThat(entries).hasSize(2);
            texts.addAll(StoreFixture.texts(entries));
            deliver(entries);
        }

        assertThat(texts.subList(0, 4)).containsExactly("m0", "n0", "m1", "n1");
    }

    @Test
    void a_restart_and_a_power_cut_in_the_middle_of_a_backlog_lose_nothing_and_keep_the_books() {
        offline(30);
        var seen = new ArrayList<String>();
        for (int round = 0; round < 6; round++) {
            List<Entry> entries = f.upstream().read(3, 10_000);
            deliver(entries.subList(0, 2)); // the third stays in flight
            seen.addAll(StoreFixture.texts(entries.subList(0, 2)));
            accept("fresh" + round);
            f.pass(Duration.ofSeconds(1));
            if (round % 2 == 0) {
                f.restart();
            } else {
                f.powerCut();
            }
            assertThat(f.counts(Target.UPSTREAM).accepted()).isEqualTo(31 + round);
        }

        seen.addAll(f.drain(Target.UPSTREAM));

        assertThat(seen).doesNotHaveDuplicates().hasSize(36);
        assertThat(f.counts(Target.UPSTREAM).pending()).isZero();
    }

    @Test
    void a_reader_that_never_keeps_up_costs_no_more_than_a_bounded_checkpoint() {
        f.with(f.config.memoryBytes(2_000));
        offline(5);
        int sent = 5;
        var seen = new ArrayList<String>();
        for (int round = 0; round < 400; round++) {
            for (int i = 0; i < 5; i++) {
                accept("m" + sent++);
            }
            List<Entry> entries = f.upstream().read(2, 10_000);
            seen.addAll(StoreFixture.texts(entries));
            deliver(entries);
            assertThat(f.store().stats().endpoints().get(Target.UPSTREAM).balanced())
                    .isTrue();
        }
        f.restart();
        seen.addAll(f.drain(Target.UPSTREAM));

        assertThat(seen).doesNotHaveDuplicates().hasSize(sent);
        assertThat(f.disk.names().stream().filter(n -> n.endsWith(".cursors")))
                .allSatisfy(n -> assertThat(f.disk.content(n)).hasSizeLessThanOrEqualTo(64 << 10));
    }

    @Test
    void two_policies_at_one_priority_do_not_starve_each_other() {
        offline(30);
        for (int i = 0; i < 30; i++) {
            f.accepted("kept" + i, StoreFixture.UP);
        }
        f.pass(Duration.ofSeconds(2));

        List<String> texts = f.drain(Target.UPSTREAM);

        assertThat(texts).hasSize(60).doesNotHaveDuplicates();
        assertThat(texts.indexOf("m29")).isLessThan(texts.indexOf("kept29"));
        assertThat(f.store().queueLengths())
                .containsExactly(new QueueLength(Target.UPSTREAM, Target.DEFAULT_PRIORITY, 0));
    }

    private void offline(int count) {
        for (int i = 0; i < count; i++) {
            accept("m" + i);
        }
        f.pass(Duration.ofSeconds(2));
        f.pass(Duration.ofSeconds(2));
    }

    private void accept(String text) {
        f.accepted(text, FRESH);
    }

    private void deliver(List<Entry> entries) {
        entries.forEach(f.upstream()::delivered);
    }
}

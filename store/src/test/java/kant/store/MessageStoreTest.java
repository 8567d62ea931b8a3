package kant.store;

import static kant.store.StoreFixture.UP;
import static kant.store.StoreFixture.padded;
import static kant.store.StoreFixture.text;
import static kant.store.StoreFixture.texts;
import static kant.store.StoreFixture.to;
import static kant.store.StoreFixture.upstreamFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import kant.model.error.Refusal;
import kant.model.message.Message;
import kant.model.message.Target;
import org.junit.jupiter.api.Test;

class MessageStoreTest {
    private final StoreFixture f = new StoreFixture();

    @Test
    void a_message_is_acknowledged_only_after_a_sync() {
        long before = f.disk.syncs();
        CompletableFuture<Void> stage = f.append("a", UP);

        assertThat(stage).isNotDone();
        f.turn();

        assertThat(stage).isCompleted();
        assertThat(f.disk.syncs()).isGreaterThan(before);
    }

    @Test
    void many_messages_handed_over_together_share_one_sync() {
        f.accepted("first", UP);
        long before = f.disk.syncs();

        List<CompletableFuture<Void>> stages =
                IntStream.range(0, 20).mapToObj(i -> f.append("m" + i, UP)).toList();
        f.turn();

        assertThat(stages).allMatch(CompletableFuture::isDone);
        assertThat(f.disk.syncs() - before).isEqualTo(1);
    }

    @Test
    void a_message_for_nobody_is_acknowledged_at_once() {
        assertThat(f.append("a")).isCompleted();
        assertThat(f.store().endpoints()).isEmpty();
    }

    @Test
    void a_message_comes_back_as_it_was_from_memory_and_from_disk() {
        Message sent = StoreFixture.message("{\"t\":21.5}");
        f.store().append(sent, List.of(UP));
        f.turn();
        assertThat(f.upstream().read(1, 1000).getFirst().message()).isSameAs(sent);

        f.restart();

        Message again = f.upstream().read(1, 1000).getFirst().message();
        assertThat(again.sender()).isEqualTo(sent.sender());
        assertThat(again.systemProperties()).isEqualTo(sent.systemProperties());
        assertThat(new ArrayList<>(again.properties().entrySet()))
                .isEqualTo(new ArrayList<>(sent.properties().entrySet()));
        assertThat(again.payload()).isEqualTo(sent.payload());
    }

    @Test
    void one_record_serves_several_endpoints_each_in_its_own_time() {
        f.accepted("a", UP, to("edge/filter/in"));

        assertThat(f.drain("edge/filter/in")).containsExactly("a");
        assertThat(f.counts("edge/filter/in")).isEqualTo(new EndpointCounts(1, 1, 0, java.util.Map.of(), 0));
        assertThat(f.counts(Target.UPSTREAM).pending()).isEqualTo(1);
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("a");
    }

    @Test
    void a_higher_priority_goes_first_however_long_the_backlog_is() {
        for (int i = 0; i < 5; i++) {
            f.accepted("low" + i, UP);
        }
        f.accepted("high", to(Target.UPSTREAM, 0));
        f.accepted("middle", to(Target.UPSTREAM, 7));

        assertThat(texts(f.upstream().read(3, 10_000))).containsExactly("high", "middle", "low0");
    }

    @Test
    void a_released_message_comes_again_in_its_place_with_a_higher_attempt() {
        List.of("a", "b", "c").forEach(t -> f.accepted(t, UP));
        List<Entry> two = f.upstream().read(2, 10_000);

        f.upstream().release(two.get(1));
        f.upstream().release(two.get(0));

        List<Entry> again = f.upstream().read(10, 10_000);
        assertThat(texts(again)).containsExactly("a", "b", "c");
        assertThat(again).extracting(Entry::attempt).containsExactly(1, 1, 0);
    }

    @Test
    void what_is_in_flight_is_not_read_twice_and_settles_once() {
        f.accepted("a", UP);
        Entry entry = f.upstream().read(10, 10_000).getFirst();

        assertThat(f.upstream().read(10, 10_000)).isEmpty();
        f.upstream().delivered(entry);
        f.upstream().delivered(entry);
        f.upstream().dropped(entry, "rejected");
        f.upstream().release(entry);

        assertThat(f.upstream().read(10, 10_000)).isEmpty();
        assertThat(f.counts(Target.UPSTREAM).delivered()).isEqualTo(1);
        assertThat(f.counts(Target.UPSTREAM).droppedTotal()).isZero();
    }

    @Test
    void a_batch_keeps_to_its_bytes_but_never_withholds_a_large_message() {
        f.accepted(padded("a", 3000), UP);
        f.accepted(padded("b", 3000), UP);

        assertThat(texts(f.upstream().read(10, 1000))).containsExactly("a");
        assertThat(texts(f.upstream().read(10, 7000))).containsExactly("b");
    }

    @Test
    void the_reader_is_woken_when_something_new_is_durable() {
        var woken = new ArrayList<String>();
        f.upstream().onAvailable(() -> woken.addAll(f.drain(Target.UPSTREAM)));

        f.append("a", UP);
        f.append("b", UP);
        assertThat(woken).isEmpty();
        f.turn();

        assertThat(woken).containsExactly("a", "b");
    }

    @Test
    void order_holds_while_the_reader_falls_behind_memory_and_catches_up() {
        f.with(f.config.memoryBytes(4_000));
        var expected = new ArrayList<String>();
        var read = new ArrayList<String>();
        for (int i = 0; i < 200; i++) {
            expected.add("m" + i);
            f.accepted(padded("m" + i, 150), UP);
            if (i % 3 == 0) {
                for (Entry e : f.upstream().read(i % 5, 10_000)) {
                    read.add(text(e));
                    f.upstream().delivered(e);
                }
            }
        }
        read.addAll(f.drain(Target.UPSTREAM));

        assertThat(read).isEqualTo(expected);
        assertThat(f.counts(Target.UPSTREAM).pending()).isZero();
    }

    @Test
    void reading_from_memory_says_when_it_is_the_disks_turn() {
        f.with(f.config.memoryBytes(4_000));
        assertThat(f.upstream().readMemory(10, 10_000)).isEmpty();
        f.accepted(padded("fresh", 150), UP);
        f.accepted(padded("spilled", 5_000), UP);

        assertThat(f.upstream().readMemory(10, 10_000))
                .extracting(StoreFixture::text)
                .containsExactly("fresh");
        assertThat(f.upstream().readMemory(10, 10_000)).isNull();
        assertThat(f.upstream().read(10, 10_000)).extracting(StoreFixture::text).containsExactly("spilled");
        assertThat(f.upstream().readMemory(10, 10_000)).isEmpty();
    }

    @Test
    void expired_messages_are_counted_and_never_handed_out() {
        f.accepted("old", upstreamFor(Duration.ofSeconds(10)));
        f.accepted("forever", UP);
        f.time.advance(Duration.ofSeconds(11));
        f.accepted("new", upstreamFor(Duration.ofSeconds(10)));

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("forever", "new");
        assertThat(f.counts(Target.UPSTREAM).expired()).isEqualTo(1);
    }

    @Test
    void messages_expire_though_nobody_reads_and_their_space_comes_back() {
        for (int i = 0; i < 100; i++) {
            f.accepted(padded("m" + i, 900), upstreamFor(Duration.ofSeconds(10)));
        }
        int before = f.segments().size();

        f.time.advance(Duration.ofSeconds(11));
        f.pass(Duration.ofSeconds(2));
        f.pass(Duration.ofSeconds(2));

        assertThat(f.counts(Target.UPSTREAM).expired()).isEqualTo(100);
        assertThat(f.segments()).hasSizeLessThan(before);
    }

    @Test
    void a_jump_of_the_wall_clock_expires_nothing() {
        f.accepted("a", upstreamFor(Duration.ofHours(2)));

        f.time.setWall(Instant.parse("2050-01-01T00:00:00Z"));
        f.pass(Duration.ofSeconds(5));

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("a");
    }

    @Test
    void a_wall_clock_that_is_behind_after_a_restart_revives_nothing_and_still_runs() {
        f.accepted("a", upstreamFor(Duration.ofSeconds(100)));
        f.pass(Duration.ofSeconds(60));
        f.accepted("b", upstreamFor(Duration.ofSeconds(100)));
        f.upstream().delivered(f.upstream().read(1, 1000).getFirst());
        f.pass(Duration.ofSeconds(1));

        f.time.setWall(Instant.EPOCH);
        f.restart();
        f.accepted("c", upstreamFor(Duration.ofSeconds(10)));
        f.time.advance(Duration.ofSeconds(101));

        assertThat(f.drain(Target.UPSTREAM)).isEmpty();
        assertThat(f.counts(Target.UPSTREAM).expired()).isEqualTo(2);
    }

    @Test
    void a_removed_endpoint_keeps_its_books_and_begins_again() {
        f.accepted("a", UP, to("edge/m/in"));
        Entry inFlight = f.store().cursor("edge/m/in").read(1, 1000).getFirst();
        f.accepted("b", to("edge/m/in"));

        f.store().remove("edge/m/in");
        f.turn();
        f.store().cursor("edge/m/in").delivered(inFlight);

        EndpointCounts counts = f.counts("edge/m/in");
        assertThat(counts.dropped()).containsExactly(java.util.Map.entry(DropReason.ROUTE_REMOVED, 2L));
        assertThat(counts.delivered()).isZero();
        f.accepted("c", to("edge/m/in"));
        assertThat(f.drain("edge/m/in")).containsExactly("c");
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("a");
    }

    @Test
    void drops_are_counted_by_reason_over_restarts() {
        f.accepted("a", UP);
        f.accepted("b", UP);
        f.upstream().dropped(f.upstream().read(1, 1000).getFirst(), "rejected");

        f.restart();

        assertThat(f.counts(Target.UPSTREAM).dropped()).containsExactly(java.util.Map.entry("rejected", 1L));
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("b");
    }

    @Test
    void a_store_in_memory_works_and_touches_no_disk() throws IOException {
        var config = StoreConfig.of(kant.store.segment.Durability.MEMORY, 8 << 20);
        try (MessageStore store = MessageStore.openStepped(config, f.disk, f.time, f.randomness)) {
            CompletableFuture<Void> stage =
                    store.append(StoreFixture.message("a"), List.of(UP)).toCompletableFuture();
            store.step();

            assertThat(stage).isCompleted();
            assertThat(texts(store.cursor(Target.UPSTREAM).read(1, 1000))).containsExactly("a");
        }
        assertThat(f.disk.names()).isEmpty();
    }

    @Test
    void a_second_store_on_the_same_files_is_refused() {
        f.store();

        assertThatThrownBy(() -> MessageStore.openStepped(f.config, f.disk, f.time, f.randomness))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void a_closed_store_refuses_and_says_so() {
        MessageStore store = f.store();
        store.close();

        CompletableFuture<Void> stage =
                store.append(StoreFixture.message("a"), List.of(UP)).toCompletableFuture();

        assertThat(StoreFixture.refusal(stage)).isInstanceOf(Refusal.Unavailable.class);
    }

    @Test
    void more_than_the_writer_may_be_behind_is_refused_at_once() {
        f.with(f.config.queueBytes(2_000));

        CompletableFuture<Void> first = f.append(padded("a", 1000), UP);
        CompletableFuture<Void> second = f.append(padded("b", 1000), UP);

        assertThat(StoreFixture.refusal(second)).isInstanceOf(Refusal.Unavailable.class);
        f.turn();
        assertThat(first).isCompleted();
        f.accepted("c", UP);
    }

    @Test
    void a_message_larger_than_a_segment_is_refused_and_the_rest_goes_on() {
        CompletableFuture<Void> large = f.append(padded("a", 20_000), UP);
        CompletableFuture<Void> small = f.append("b", UP);
        f.turn();

        assertThat(StoreFixture.refusal(large)).isInstanceOf(Refusal.TooLarge.class);
        assertThat(small).isCompleted();
    }

    @Test
    void a_target_that_makes_no_sense_is_a_mistake_of_the_caller() {
        assertThatThrownBy(() -> f.append("a", UP, UP)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> f.append("a", new Target("x", 0, -2))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> f.append("a", to(""))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_reader_that_never_settles_is_not_fed_without_bound() {
        f.with(f.config.maxInFlight(5));
        for (int i = 0; i < 10; i++) {
            f.accepted("m" + i, UP);
        }

        assertThat(f.upstream().read(100, 1 << 20)).hasSize(5);
        assertThat(f.upstream().read(100, 1 << 20)).isEmpty();
        assertThat(f.upstream().pending()).isEqualTo(10);
    }
}

package kant.store;

import static kant.store.StoreFixture.UP;
import static kant.store.StoreFixture.padded;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.model.message.Target;
import org.junit.jupiter.api.Test;

class StoreFullTest {
    private final StoreFixture f = new StoreFixture();

    @Test
    void a_full_store_refuses_and_goes_on_when_something_was_delivered() {
        int accepted = fill();

        Refusal refusal = f.refused(padded("one too many", 900), UP);
        assertThat(refusal).isInstanceOf(Refusal.StoreFull.class);
        assertThat(refusal.reason()).contains("storeLimits.maxSizeBytes");
        assertThat(f.store().stats().bytes()).isLessThanOrEqualTo(f.config.maxBytes());

        assertThat(f.drain(Target.UPSTREAM)).hasSize(accepted);
        f.accepted("again", UP);
        assertThat(f.counts(Target.UPSTREAM).accepted()).isEqualTo(accepted + 1);
    }

    @Test
    void most_of_the_bound_can_be_used() {
        int accepted = fill();

        assertThat(accepted * 1000L).isGreaterThan(f.config.maxBytes() * 9 / 10);
    }

    @Test
    void the_smallest_store_of_two_segments_can_be_filled_and_emptied_for_ever() {
        f.with(f.config.segmentBytes(128 << 10));

        for (int round = 0; round < 10; round++) {
            int accepted = fill();
            assertThat(accepted).isGreaterThan(200);
            assertThat(f.drain(Target.UPSTREAM)).hasSize(accepted);
        }
    }

    @Test
    void a_larger_bound_helps_at_once_and_a_smaller_one_when_space_comes_back() {
        fill();
        f.store().maxBytes(2 * f.config.maxBytes());
        f.accepted(padded("more", 900), UP);
        f.store().maxBytes(f.config.maxBytes() / 2);

        f.drain(Target.UPSTREAM);
        f.pass(Duration.ofSeconds(1));
        fill();

        assertThat(f.store().stats().bytes()).isLessThanOrEqualTo(f.config.maxBytes() / 2);
    }

    @Test
    void a_full_volume_is_refused_and_the_store_resumes_when_there_is_room() {
        f.accepted("a", UP);
        f.disk.capacity(f.disk.usedBytes());
        int accepted = 1 + fill();

        Refusal refusal = f.refused(padded("one too many", 900), UP);
        assertThat(refusal).isInstanceOf(Refusal.StoreFull.class);
        assertThat(refusal.reason()).contains("bytes left");
        assertThat(f.store().stats().failure()).contains("bytes left");

        f.disk.capacity(Long.MAX_VALUE / 2);
        f.pass(Duration.ofSeconds(1));
        f.accepted(padded("resumed", 900), UP);
        assertThat(f.store().stats().failure()).isNull();
        assertThat(f.drain(Target.UPSTREAM)).hasSize(accepted + 1);
    }

    @Test
    void a_volume_that_fills_up_without_warning_is_refused_too() {
        f.accepted("a", UP);
        f.disk.quota(f.disk.usedBytes() + 5_000);
        int accepted = 1 + fill();

        assertThat(f.refused(padded("one too many", 900), UP).reason()).contains("No space left");
        f.disk.quota(Long.MAX_VALUE / 2);
        f.pass(Duration.ofSeconds(1));
        f.accepted(padded("resumed", 900), UP);

        f.powerCut();
        assertThat(f.drain(Target.UPSTREAM)).hasSize(accepted + 1);
    }

    @Test
    void messages_can_be_delivered_and_their_space_reused_while_the_volume_is_full() {
        f.accepted("a", UP);
        f.disk.capacity(f.disk.usedBytes());
        for (int round = 0; round < 5; round++) {
            int accepted = fill();
            assertThat(f.drain(Target.UPSTREAM)).hasSizeGreaterThanOrEqualTo(accepted);
            f.pass(Duration.ofSeconds(1));
            assertThat(accepted).isPositive();
        }
    }

    @Test
    void the_reserve_of_the_volume_is_left_to_others() {
        f.with(f.config.reserveBytes(64 << 10));
        f.disk.capacity(300 << 10);
        fill();

        assertThat((300 << 10) - f.disk.usedBytes()).isGreaterThanOrEqualTo(64 << 10);
        assertThat(f.refused(padded("x", 900), UP).reason()).contains("reserve");
    }

    @Test
    void a_failed_sync_acknowledges_nothing_and_the_store_resumes_elsewhere() {
        f.accepted("a", UP);
        f.disk.failSyncs(1);

        Refusal refusal = f.refused("b", UP);
        assertThat(refusal).isInstanceOf(Refusal.Unavailable.class);
        assertThat(f.store().stats().failure()).contains("Input/output error");
        assertThat(f.counts(Target.UPSTREAM).accepted()).isEqualTo(1);

        f.accepted("c", UP);
        f.powerCut();
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("a", "c");
    }

    @Test
    void nothing_is_acknowledged_while_syncs_fail_however_often_it_is_tried() {
        f.accepted("a", UP);
        f.disk.failSyncs(1000);
        for (int i = 0; i < 5; i++) {
            assertThat(StoreFixture.refusal(appendAndTurn("lost" + i))).isNotNull();
            f.time.advance(Duration.ofSeconds(1));
        }
        f.disk.failSyncs(0);
        f.time.advance(Duration.ofSeconds(1));
        f.accepted("b", UP);

        f.powerCut();

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("a", "b");
    }

    @Test
    void a_failed_write_is_refused_and_the_store_resumes() {
        f.accepted("a", UP);
        f.disk.failWrites(1);

        assertThat(f.refused("b", UP)).isInstanceOf(Refusal.Unavailable.class);
        f.accepted("c", UP);

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("a", "c");
        f.restart();
        assertThat(f.drain(Target.UPSTREAM)).isEmpty();
    }

    @Test
    void cursors_that_cannot_be_kept_are_reported_and_kept_later() {
        f.accepted("a", UP);
        f.upstream().delivered(f.upstream().read(1, 1000).getFirst());
        f.disk.failWrites(1);
        f.pass(Duration.ofMillis(10));
        assertThat(f.store().stats().failure()).contains("Input/output error");

        f.pass(Duration.ofSeconds(1));
        f.pass(Duration.ofSeconds(1));

        assertThat(f.store().stats().failure()).isNull();
        f.powerCut();
        assertThat(f.counts(Target.UPSTREAM).delivered()).isEqualTo(1);
    }

    private CompletableFuture<Void> appendAndTurn(String text) {
        CompletableFuture<Void> stage = f.append(text, UP);
        f.turn();
        return stage;
    }

    /** Appends until the store refuses; returns how many it took. */
    private int fill() {
        int accepted = 0;
        while (true) {
            CompletableFuture<Void> stage = appendAndTurn(padded("m" + accepted, 900));
            if (stage.isCompletedExceptionally()) {
                assertThat(StoreFixture.refusal(stage)).isInstanceOf(Refusal.StoreFull.class);
                return accepted;
            }
            accepted++;
        }
    }
}

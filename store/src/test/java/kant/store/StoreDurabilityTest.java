package kant.store;

import static kant.store.StoreFixture.UP;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import kant.model.message.Target;
import kant.store.segment.Durability;
import org.junit.jupiter.api.Test;

/** What an acknowledgement costs and promises in each mode. */
class StoreDurabilityTest {
    private static final int MESSAGES = 10;

    @Test
    void with_fsync_every_group_is_synced_before_it_is_acknowledged() {
        var f = running(Durability.FSYNC);

        assertThat(syncsOfAcceptingAll(f)).isEqualTo(MESSAGES);
    }

    @Test
    void with_os_no_append_waits_for_a_sync_and_a_killed_process_loses_nothing() {
        var f = running(Durability.OS);

        assertThat(syncsOfAcceptingAll(f)).isZero();

        f.kill();
        assertThat(f.drain(Target.UPSTREAM)).hasSize(1 + MESSAGES);
    }

    @Test
    void with_os_a_power_cut_takes_some_of_the_last_and_the_books_still_balance() {
        var f = running(Durability.OS);
        syncsOfAcceptingAll(f);

        f.powerCut();

        assertThat(f.drain(Target.UPSTREAM)).hasSizeLessThanOrEqualTo(1 + MESSAGES);
        f.accepted("afterwards", UP);
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("afterwards");
        assertThat(f.counts(Target.UPSTREAM).pending()).isZero();
    }

    @Test
    void with_os_what_a_synced_checkpoint_counts_as_accepted_is_on_disk() {
        var f = running(Durability.OS);
        syncsOfAcceptingAll(f);
        f.drain(Target.UPSTREAM);
        f.accepted("pending", UP);
        Cursor cursor = f.upstream();
        cursor.release(cursor.read(1, 1000).getFirst());
        f.pass(Duration.ofSeconds(1));

        f.powerCut();

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("pending");
    }

    @Test
    void with_memory_nothing_at_all_is_on_disk() throws IOException {
        var f = running(Durability.MEMORY);

        assertThat(syncsOfAcceptingAll(f)).isZero();

        assertThat(f.disk.list()).isEmpty();
        assertThat(f.store().stats().durability()).isEqualTo(Durability.MEMORY);
    }

    /** With a segment to write to, and nothing due. */
    private static StoreFixture running(Durability durability) {
        var f = new StoreFixture();
        f.with(StoreConfig.of(durability, 8 << 20).reserveBytes(0));
        f.accepted("first", UP);
        f.pass(Duration.ofSeconds(1));
        f.pass(Duration.ofSeconds(1));
        return f;
    }

    private static long syncsOfAcceptingAll(StoreFixture f) {
        long before = f.disk.syncs();
        for (int i = 0; i < MESSAGES; i++) {
            f.accepted("m" + i, UP);
        }
        return f.disk.syncs() - before;
    }
}

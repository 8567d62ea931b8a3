package kant.store;

import static kant.store.StoreFixture.UP;
import static kant.store.StoreFixture.padded;
import static kant.store.StoreFixture.to;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import kant.model.message.Target;
import kant.testkit.sim.SimDisk;
import org.junit.jupiter.api.Test;

class StoreDamageTest {
    private final StoreFixture f = new StoreFixture();

    @Test
    void a_flipped_bit_costs_one_message_which_is_counted() {
        accept(100);

        f.whileClosed(disk -> flipBitOf("m50 ", disk));

        assertThat(f.drain(Target.UPSTREAM)).hasSize(99).doesNotContain("m50").contains("m49", "m51", "m99");
        assertThat(f.counts(Target.UPSTREAM))
                .isEqualTo(new EndpointCounts(100, 99, 0, Map.of(DropReason.DAMAGED, 1L), 0));
        assertThat(f.store().stats().damage()).isEqualTo(1);
    }

    @Test
    void a_flipped_bit_in_the_last_acknowledged_message_is_a_torn_tail() {
        accept(3);

        f.whileClosed(disk -> flipBitOf("m2 ", disk));

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("m0", "m1");
        f.accepted("next", UP);
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("next");
    }

    @Test
    void a_torn_tail_takes_nothing_that_was_acknowledged() {
        accept(10);
        f.append("not acknowledged", UP);
        f.disk.failSyncs(1);
        f.turn();

        f.powerCut();

        assertThat(f.drain(Target.UPSTREAM))
                .hasSizeBetween(10, 11)
                .startsWith("m0")
                .contains("m9");
        f.accepted("next", UP);
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("next");
    }

    @Test
    void what_is_intact_behind_a_hole_in_the_last_group_is_delivered_and_nothing_counts_as_dropped() {
        f.accepted("before", UP);
        for (int i = 0; i < 6; i++) {
            f.append(padded("g" + i, 300), UP, to("edge/m/in", 2));
        }
        f.turn();

        f.whileDead(disk -> flipBitOf("g2 ", disk));
        f.powerCut(); // also a second time: what was appended again is durable
        f.accepted("after", UP);

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("before", "g0", "g1", "g3", "g4", "g5", "after");
        assertThat(f.drain("edge/m/in")).containsExactly("g0", "g1", "g3", "g4", "g5");
        assertThat(f.counts(Target.UPSTREAM).accepted()).isEqualTo(7);
        assertThat(f.counts(Target.UPSTREAM).dropped()).isEmpty();
    }

    @Test
    void a_hole_in_the_last_group_is_damage_where_a_checkpoint_knows_better() {
        for (int i = 0; i < 6; i++) {
            f.append(padded("g" + i, 300), UP);
        }
        f.turn();

        f.whileClosed(disk -> flipBitOf("g2 ", disk));

        assertThat(f.drain(Target.UPSTREAM)).containsExactly("g0", "g1", "g3", "g4", "g5");
        assertThat(f.counts(Target.UPSTREAM).dropped()).containsExactly(Map.entry(DropReason.DAMAGED, 1L));
    }

    @Test
    void a_file_cut_short_loses_its_end_only_and_every_loss_is_counted() {
        accept(100);
        String second = f.segments().get(1);

        f.whileClosed(disk -> {
            try (var file = disk.open(second)) {
                file.truncate(8 << 10);
            }
        });

        int delivered = f.drain(Target.UPSTREAM).size();
        EndpointCounts counts = f.counts(Target.UPSTREAM);
        assertThat(delivered).isBetween(80, 95);
        assertThat(counts.dropped()).containsExactly(Map.entry(DropReason.DAMAGED, 100L - delivered));
    }

    @Test
    void a_missing_segment_is_counted_and_passed() {
        accept(100);
        String second = f.segments().get(1);

        f.whileClosed(disk -> disk.delete(second));

        List<String> delivered = f.drain(Target.UPSTREAM);
        assertThat(delivered).startsWith("m0", "m1").endsWith("m98", "m99").hasSizeLessThan(100);
        assertThat(f.counts(Target.UPSTREAM).dropped())
                .containsExactly(Map.entry(DropReason.DAMAGED, 100L - delivered.size()));
    }

    @Test
    void an_empty_segment_is_counted_and_passed() {
        accept(100);
        String second = f.segments().get(1);

        f.whileClosed(disk -> {
            try (var file = disk.open(second)) {
                file.truncate(0);
            }
        });

        assertThat(f.store().stats().damage()).isEqualTo(1);
        int delivered = f.drain(Target.UPSTREAM).size();
        assertThat(f.counts(Target.UPSTREAM).dropped())
                .containsExactly(Map.entry(DropReason.DAMAGED, 100L - delivered));
        f.accepted("next", UP);
    }

    @Test
    void a_damaged_header_is_made_good_by_its_copy() {
        accept(100);
        String second = f.segments().get(1);

        f.whileClosed(disk -> disk.flipBit(second, 9, 3));

        assertThat(f.drain(Target.UPSTREAM)).hasSize(100);
    }

    @Test
    void a_damaged_summary_is_made_good_by_reading_the_segment() {
        accept(100);
        String second = f.segments().get(1);

        f.whileClosed(disk -> disk.damage(second, (16 << 10) - 64 - 16, new byte[16]));

        assertThat(f.drain(Target.UPSTREAM)).hasSize(100);
    }

    @Test
    void all_segments_gone_is_counted_and_new_messages_pass() {
        accept(100);

        f.whileClosed(disk -> f.segments().forEach(disk::lose));

        assertThat(f.drain(Target.UPSTREAM)).isEmpty();
        assertThat(f.counts(Target.UPSTREAM).dropped()).containsExactly(Map.entry(DropReason.DAMAGED, 100L));
        f.accepted("next", UP);
        f.restart();
        assertThat(f.drain(Target.UPSTREAM)).containsExactly("next");
    }

    @Test
    void a_lost_checkpoint_delivers_again_and_loses_nothing() {
        accept(60);
        f.accepted("for m", to("edge/m/in", 3));
        f.upstream().read(5, 10_000).forEach(f.upstream()::delivered);

        f.whileClosed(
                disk -> disk.names().stream().filter(n -> n.endsWith(".cursors")).forEach(disk::lose));

        assertThat(f.drain(Target.UPSTREAM)).hasSize(60);
        assertThat(f.drain("edge/m/in")).containsExactly("for m");
        assertThat(f.counts(Target.UPSTREAM)).isEqualTo(new EndpointCounts(60, 60, 0, Map.of(), 0));
    }

    @Test
    void one_damaged_cursor_file_costs_at_most_the_deliveries_since_the_one_before() {
        accept(20);
        for (int i = 0; i < 10; i++) {
            f.upstream().delivered(f.upstream().read(1, 10_000).getFirst());
            f.pass(Duration.ofSeconds(1));
        }

        f.whileClosed(disk -> {
            for (String name : disk.names()) {
                if (name.endsWith("0.cursors")) {
                    disk.flipBit(name, 30, 1);
                }
            }
        });

        assertThat(f.drain(Target.UPSTREAM)).hasSizeBetween(10, 12).endsWith("m19");
        assertThat(f.counts(Target.UPSTREAM).accepted()).isEqualTo(20);
    }

    @Test
    void a_bad_spot_of_the_disk_is_passed_and_counted() {
        accept(100);
        String second = f.segments().get(1);

        f.whileClosed(disk -> disk.badSpot(second, 5000, 5100));

        int delivered = f.drain(Target.UPSTREAM).size();
        assertThat(delivered).isBetween(85, 99);
        assertThat(f.counts(Target.UPSTREAM).dropped())
                .containsExactly(Map.entry(DropReason.DAMAGED, 100L - delivered));
    }

    @Test
    void a_disk_that_cannot_be_read_for_a_while_loses_nothing_and_the_reader_is_woken() {
        accept(20);
        f.restart();
        int[] wakes = {0};
        f.upstream().onAvailable(() -> wakes[0]++);
        f.disk.failReads(true);
        assertThat(f.upstream().read(10, 10_000)).isEmpty();

        f.disk.failReads(false);
        f.pass(Duration.ofSeconds(2));

        assertThat(wakes[0]).isPositive();
        assertThat(f.drain(Target.UPSTREAM)).hasSize(20);
        assertThat(f.counts(Target.UPSTREAM).dropped()).isEmpty();
    }

    @Test
    void files_of_others_in_the_directory_are_left_alone() {
        accept(3);

        f.whileClosed(disk -> {
            disk.damage(create(disk, "messages-zz.segment"), 0, new byte[10]);
            disk.damage(create(disk, "notes.txt"), 0, new byte[10]);
        });

        assertThat(f.disk.names()).contains("notes.txt", "messages-zz.segment");
        assertThat(f.drain(Target.UPSTREAM)).hasSize(3);
    }

    private static String create(SimDisk disk, String name) throws java.io.IOException {
        disk.open(name).close();
        return name;
    }

    private void accept(int count) {
        for (int i = 0; i < count; i++) {
            f.accepted(padded("m" + i, 300), UP);
        }
    }

    private void flipBitOf(String text, SimDisk disk) throws java.io.IOException {
        for (String name : disk.names()) {
            int at = new String(disk.content(name), java.nio.charset.StandardCharsets.ISO_8859_1).indexOf(text);
            if (at >= 0) {
                disk.flipBit(name, at, 1);
                return;
            }
        }
        throw new AssertionError("no \"" + text + "\" on the disk");
    }
}

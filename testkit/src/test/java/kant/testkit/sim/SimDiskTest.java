package kant.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import kant.world.Disk;
import org.junit.jupiter.api.Test;

class SimDiskTest {
    private static final int SECTORS = 8;

    @Test
    void what_was_synced_survives_every_power_cut() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            var disk = new SimDisk(new SplittableRandom(seed));
            write(disk, 'a');
            sync(disk);
            disk.sync();

            disk.crash();

            assertThat(sectors(disk)).isEqualTo("aaaaaaaa");
        }
    }

    @Test
    void what_was_not_synced_is_kept_or_lost_sector_by_sector() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            var disk = new SimDisk(new SplittableRandom(seed));
            write(disk, 'a');
            sync(disk);
            disk.sync();
            write(disk, 'b');

            disk.crash();

            seen.add(sectors(disk));
        }
        assertThat(seen).hasSizeGreaterThan(20).allMatch(s -> s.matches("[ab]{8}"));
    }

    @Test
    void the_same_seed_gives_the_same_disk() throws IOException {
        assertThat(torn(7)).isEqualTo(torn(7)).isNotEqualTo(torn(8));
    }

    @Test
    void a_failed_sync_saves_nothing_for_sure_and_the_next_one_does_not_make_up_for_it() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            var disk = new SimDisk(new SplittableRandom(seed));
            write(disk, 'a');
            sync(disk);
            disk.sync();
            write(disk, 'b');
            disk.failSyncs(1);
            assertThatThrownBy(() -> sync(disk)).isInstanceOf(IOException.class);
            sync(disk);
            assertThat(sectors(disk)).isEqualTo("bbbbbbbb");

            disk.crash();

            seen.add(sectors(disk));
        }
        assertThat(seen).hasSizeGreaterThan(20);
    }

    @Test
    void changes_of_the_directory_need_its_sync() throws IOException {
        Set<Boolean> seen = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            var disk = new SimDisk(new SplittableRandom(seed));
            write(disk, 'a');
            sync(disk);

            disk.crash();

            seen.add(disk.exists("f"));
        }
        assertThat(seen).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void unsynced_changes_of_the_directory_may_be_lost_in_any_order() throws IOException {
        Set<String> seen = new HashSet<>();
        for (int seed = 0; seed < 100; seed++) {
            var disk = new SimDisk(new SplittableRandom(seed));
            disk.open("a").close();
            disk.sync();
            disk.rename("a", "b");
            disk.open("c").close();
            disk.delete("b");

            disk.crash();

            seen.add(String.join("", disk.names()));
        }
        assertThat(seen).contains("a", "b", "bc", "c", "ac", "");
    }

    @Test
    void a_sector_written_several_times_may_hold_any_of_its_contents() throws IOException {
        Set<Character> seen = new HashSet<>();
        for (int seed = 0; seed < 50; seed++) {
            var disk = new SimDisk(new SplittableRandom(seed));
            write(disk, 'a');
            sync(disk);
            disk.sync();
            write(disk, 'b');
            write(disk, 'c');

            disk.crash();

            seen.add(sectors(disk).charAt(0));
        }
        assertThat(seen).containsExactlyInAnyOrder('a', 'b', 'c');
    }

    @Test
    void every_call_but_a_read_can_fail_by_chance_and_works_again_when_told() throws IOException {
        var disk = new SimDisk(new SplittableRandom(1));
        write(disk, 'a');
        disk.failByChance(1);

        assertThatThrownBy(() -> disk.open("f")).isInstanceOf(IOException.class);
        assertThatThrownBy(disk::list).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.rename("f", "g")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.delete("f")).isInstanceOf(IOException.class);
        assertThatThrownBy(disk::sync).isInstanceOf(IOException.class);
        assertThatThrownBy(disk::usableBytes).isInstanceOf(IOException.class);

        disk.works();
        assertThat(disk.list()).containsExactly("f");
    }

    @Test
    void after_the_power_has_failed_no_call_changes_anything() throws IOException {
        var disk = new SimDisk(new SplittableRandom(1));
        write(disk, 'a');
        sync(disk);
        disk.sync();
        Disk.File file = disk.open("f");
        disk.powerFailsAfter(1);
        file.write(ByteBuffer.wrap("bb".getBytes()), 0);

        assertThatThrownBy(() -> file.write(ByteBuffer.wrap("cc".getBytes()), 0)).isInstanceOf(IOException.class);
        assertThat(disk.powerFailed()).isTrue();
        assertThat(disk.content("f")).startsWith('b', 'b');
        disk.crash();
        assertThat(disk.powerFailed()).isFalse();
        assertThat(disk.exists("f")).isTrue();
    }

    @Test
    void a_killed_process_loses_its_open_files_and_nothing_else() throws IOException {
        var disk = new SimDisk(new SplittableRandom(1));
        Disk.File file = disk.open("f");
        file.write(ByteBuffer.wrap(new byte[] {1}), 0);

        disk.kill();

        assertThat(disk.content("f")).containsExactly(1);
        assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[] {1}), 0)).isInstanceOf(IOException.class);
    }

    @Test
    void a_full_volume_takes_overwrites_and_refuses_growth() throws IOException {
        var disk = new SimDisk(new SplittableRandom(1));
        write(disk, 'a');
        disk.capacity(disk.usedBytes());

        write(disk, 'b');

        assertThat(sectors(disk)).isEqualTo("bbbbbbbb");
        try (Disk.File file = disk.open("f")) {
            assertThatThrownBy(() -> file.write(ByteBuffer.wrap(new byte[] {1}), SECTORS * SimDisk.SECTOR))
                    .hasMessageContaining("No space left");
        }
    }

    private static String torn(int seed) throws IOException {
        var disk = new SimDisk(new SplittableRandom(seed));
        write(disk, 'a');
        disk.sync();
        disk.crash();
        return disk.exists("f") ? sectors(disk) : "";
    }

    private static void write(SimDisk disk, char content) throws IOException {
        var bytes = new byte[SECTORS * SimDisk.SECTOR];
        Arrays.fill(bytes, (byte) content);
        try (Disk.File file = disk.open("f")) {
            file.write(ByteBuffer.wrap(bytes), 0);
        }
    }

    private static void sync(SimDisk disk) throws IOException {
        try (Disk.File file = disk.open("f")) {
            file.sync(true);
        }
    }

    /** The first character of each sector. */
    private static String sectors(SimDisk disk) throws IOException {
        byte[] bytes = disk.content("f");
        var text = new StringBuilder();
        for (int at = 0; at < bytes.length; at += SimDisk.SECTOR) {
            text.append((char) bytes[at]);
        }
        return text.toString();
    }
}

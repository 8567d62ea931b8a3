package kant.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import kant.model.message.Target;
import kant.store.segment.Durability;
import kant.store.segment.NewerFormatException;
import kant.store.state.KeyedState;
import kant.testkit.sim.SimDisk;
import kant.testkit.sim.SimRandomness;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.Test;

/**
 * What a program does with the files of another version of the format. {@code store-v1.txt} was written by a program of version 1
 * and stays as it is: 30 messages for the parent, three delivered, one dropped, the last one urgent; every third for an input too.
 */
class StoreVersionTest {
    private static final StoreConfig CONFIG =
            StoreConfig.of(Durability.FSYNC, 64 << 10).segmentBytes(4096).reserveBytes(0);
    private static final String INPUT = "edge/filter/in";

    private final SimDisk disk = new SimDisk(new SplittableRandom(1));

    @Test
    void this_program_reads_a_store_of_version_1() throws IOException {
        load();

        try (MessageStore store = open()) {
            assertThat(store.stats().damage()).isZero();
            assertThat(store.stats().endpoints().get(Target.UPSTREAM))
                    .isEqualTo(new EndpointCounts(30, 3, 0, Map.of("refused", 1L), 26));
            assertThat(store.stats().endpoints().get(INPUT)).isEqualTo(new EndpointCounts(10, 0, 0, Map.of(), 10));
            Entry first = store.cursor(Target.UPSTREAM).read(1, 10_000).getFirst();
            assertThat(StoreFixture.text(first)).isEqualTo("m29 urgent");
            assertThat(first.message().properties())
                    .isEqualTo(StoreFixture.message("").properties());
            assertThat(StoreFixture.texts(store.cursor(INPUT).read(100, 100_000)))
                    .hasSize(10)
                    .startsWith("m0")
                    .endsWith("m27");
        }
    }

    @Test
    void a_segment_of_a_newer_version_is_refused_and_nothing_is_changed() throws IOException {
        load();
        String newest = "messages-0000000000000002.segment";
        byte[] header = disk.content(newest);
        ByteBuffer b = ByteBuffer.wrap(header).putShort(4, (short) 3);
        b.putInt(60, crc(header, 0, 60));
        disk.damage(newest, 0, Arrays.copyOf(header, 64));

        refused(newest);
    }

    @Test
    void cursors_of_a_newer_version_are_refused_and_nothing_is_changed() throws IOException {
        load();
        for (String name : new String[] {"messages-0.cursors", "messages-1.cursors", "messages-2.cursors"}) {
            disk.damage(name, 4, new byte[] {0, 3, 0, 3});
        }

        refused("messages-0.cursors");
    }

    @Test
    void a_flipped_bit_in_the_version_of_the_cursors_is_damage_and_no_newer_version() throws IOException {
        load();
        disk.damage("messages-0.cursors", 4, new byte[] {0, 5});
        disk.damage("messages-1.cursors", 4, new byte[] {0, 5});
        disk.damage("messages-2.cursors", 4, new byte[] {0, 5});

        try (MessageStore store = open()) {
            assertThat(store.cursor(Target.UPSTREAM).pending()).isEqualTo(30);
        }
    }

    @Test
    void a_keyed_state_of_a_newer_version_is_refused_too() throws IOException {
        try (KeyedState state = KeyedState.open(disk, "state")) {
            state.put("key", new byte[] {1});
        }
        String segment = "state-0000000000000001.segment";
        byte[] content = disk.content(segment);
        ByteBuffer.wrap(content).putShort(4, (short) 9);
        ByteBuffer.wrap(content).putInt(60, crc(content, 0, 60));
        disk.damage(segment, 0, content);

        assertThatThrownBy(() -> KeyedState.open(disk, "state"))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("version 9");
    }

    private void refused(String file) throws IOException {
        Map<String, String> before = contents();

        assertThatThrownBy(this::open)
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("\"" + file + "\" has format version 3, and this program reads versions up to 2")
                .hasMessageContaining("Start the newer version of Kant that wrote it")
                .hasMessageContaining("move all files whose names begin with \"messages\"");

        assertThat(contents()).isEqualTo(before);
        assertThatThrownBy(this::open).as("a second try").isInstanceOf(NewerFormatException.class);
    }

    private Map<String, String> contents() throws IOException {
        var contents = new TreeMap<String, String>();
        for (String name : disk.list()) {
            contents.put(name, HexFiles.dump(disk.content(name)));
        }
        return contents;
    }

    private MessageStore open() throws IOException {
        return MessageStore.openStepped(CONFIG, disk, new SimTime(), new SimRandomness(new SplittableRandom(1)));
    }

    private void load() throws IOException {
        for (String file : kept().split("(?m)^file ")) {
            String[] head = file.lines().findFirst().orElse("").split(" ");
            if (head.length == 2) {
                HexFiles.put(disk, head[0], file.substring(file.indexOf('\n') + 1), Integer.parseInt(head[1]));
            }
        }
    }

    private static String kept() throws IOException {
        try (var in = StoreVersionTest.class.getResourceAsStream("/store-v1.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static int crc(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }
}

package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.store.segment.Durability;
import kant.testkit.sim.SimDisk;
import kant.testkit.sim.SimRandomness;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples of docs/formats.md are what the store writes, and the store reads them. */
class FormatsDocTest {
    private static final int SEGMENT_BYTES = 4096;
    private static final String SEGMENT = "messages-0000000000000001.segment";
    private static final String CURSORS = "messages-1.cursors";
    private static final StoreConfig CONFIG = StoreConfig.of(Durability.FSYNC, 64 << 10)
            .segmentBytes(SEGMENT_BYTES)
            .reserveBytes(0);
    private static final Message MESSAGE = new Message(
            IdentityId.module("edge", "sensor"),
            Map.of("contentType", "text/plain"),
            Map.of("unit", "°C"),
            "21.5".getBytes());
    private static final Target TARGET = new Target("iothub", 5, 7_200_000);

    @Test
    void the_example_is_what_the_store_writes() throws IOException {
        var disk = new SimDisk(new SplittableRandom(1));
        try (MessageStore store = open(disk)) {
            store.append(MESSAGE, List.of(TARGET));
            store.step();
            assertThat(HexFiles.dump(disk.content(SEGMENT))).isEqualTo(example("segment"));
        }
        assertThat(HexFiles.dump(disk.content(CURSORS))).isEqualTo(example("cursors"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cursors", "cursors of version 1"})
    void the_store_reads_the_example(String cursors) throws IOException {
        var disk = new SimDisk(new SplittableRandom(1));
        HexFiles.put(disk, SEGMENT, example("segment"), SEGMENT_BYTES);
        HexFiles.put(disk, CURSORS, example(cursors), 64 << 10);

        try (MessageStore store = open(disk)) {
            Entry entry = store.cursor(TARGET.endpoint()).read(1, 1000).getFirst();

            assertThat(entry.sequence()).isEqualTo(1);
            assertThat(entry.priority()).isEqualTo(5);
            assertThat(entry.message().sender()).isEqualTo(MESSAGE.sender());
            assertThat(entry.message().systemProperties()).isEqualTo(MESSAGE.systemProperties());
            assertThat(entry.message().properties()).isEqualTo(MESSAGE.properties());
            assertThat(entry.message().payload()).isEqualTo(MESSAGE.payload());
            assertThat(store.stats().damage()).isZero();
            assertThat(store.stats().endpoints().get(TARGET.endpoint()))
                    .isEqualTo(new EndpointCounts(1, 0, 0, Map.of(), 1));
        }
    }

    private static MessageStore open(SimDisk disk) throws IOException {
        return MessageStore.openStepped(CONFIG, disk, new SimTime(), new SimRandomness(new SplittableRandom(1)));
    }

    /** The block of the document after the line {@code <!-- example: NAME -->}. */
    private static String example(String name) throws IOException {
        String text = Files.readString(Path.of("..", "docs", "formats.md"));
        int start = text.indexOf("```\n", text.indexOf("<!-- example: " + name + " -->")) + 4;
        return text.substring(start, text.indexOf("```", start));
    }
}

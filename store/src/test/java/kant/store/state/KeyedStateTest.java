package kant.store.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import kant.testkit.sim.Seeds;
import kant.testkit.sim.SimDisk;
import kant.testkit.sim.SimRandomness;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.Test;

class KeyedStateTest {
    private final SimDisk disk = new SimDisk(new SplittableRandom(1));
    private final SimTime time = new SimTime();
    private final SimRandomness randomness = new SimRandomness(new SplittableRandom(2));

    @Test
    void what_was_put_is_there_after_a_power_cut() throws IOException {
        KeyedState state = open();
        state.put("twin/a", bytes("1"));
        state.put("twin/a", bytes("2"));
        state.put("twin/b", bytes("3"));
        state.put("key/a", bytes("4"));
        state.remove("twin/b");
        disk.crash();

        try (KeyedState again = open()) {
            assertThat(again.keys("twin/")).containsExactly("twin/a");
            assertThat(again.keys("")).containsExactly("key/a", "twin/a");
            assertThat(again.get("twin/a")).hasValue(bytes("2"));
            assertThat(again.get("twin/b")).isEmpty();
        }
    }

    @Test
    void a_value_given_out_is_a_copy() throws IOException {
        try (KeyedState state = open()) {
            byte[] mine = bytes("a");
            state.put("k", mine);
            mine[0] = 'x';
            state.get("k").orElseThrow()[0] = 'y';

            assertThat(state.get("k")).hasValue(bytes("a"));
        }
    }

    @Test
    void values_go_on_changing_on_a_full_volume() throws IOException {
        try (KeyedState state = open()) {
            for (int key = 0; key < 20; key++) {
                state.put("twin/" + key, new byte[10_000]);
            }
            disk.capacity(disk.usedBytes());
            disk.quota(disk.usedBytes());
            for (int round = 0; round < 100; round++) {
                for (int key = 0; key < 20; key++) {
                    state.put("twin/" + key, filled(10_000, round));
                    time.advance(Duration.ofMillis(20));
                }
            }
        }
        disk.crash();

        try (KeyedState state = open()) {
            for (int key = 0; key < 20; key++) {
                assertThat(state.get("twin/" + key)).hasValue(filled(10_000, 99));
            }
            state.put("twin/0", filled(10_000, 100));
        }
    }

    private static byte[] filled(int count, int with) {
        var bytes = new byte[count];
        Arrays.fill(bytes, (byte) with);
        return bytes;
    }

    @Test
    void two_states_share_a_directory_and_one_name_is_held_once() throws IOException {
        try (KeyedState a = open();
                KeyedState b = KeyedState.open(disk, "keys", time, randomness)) {
            a.put("k", bytes("a"));
            b.put("k", bytes("b"));

            assertThat(a.get("k")).hasValue(bytes("a"));
            assertThat(b.get("k")).hasValue(bytes("b"));
            assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("in use");
        }
    }

    @Test
    void the_log_stays_small_however_often_values_change() throws IOException {
        try (KeyedState state = open()) {
            state.put("kept", bytes("from the beginning"));
            state.put("removed", bytes("gone"));
            state.remove("removed");
            for (int i = 0; i < 200; i++) {
                state.put("hot", new byte[100_000 + i]);
            }
        }

        assertThat(disk.usedBytes()).isLessThan(8 << 20);
        try (KeyedState again = open()) {
            assertThat(again.get("kept")).hasValue(bytes("from the beginning"));
            assertThat(again.keys("")).containsExactly("hot", "kept");
            assertThat(again.get("hot").orElseThrow()).hasSize(100_199);
        }
    }

    @Test
    void a_failed_disk_is_reported_and_the_old_value_stays() throws IOException {
        try (KeyedState state = open()) {
            state.put("k", bytes("old"));
            disk.failSyncs(1);
            assertThatThrownBy(() -> state.put("k", bytes("new"))).isInstanceOf(IOException.class);
            assertThat(state.get("k")).hasValue(bytes("old"));

            state.put("k", bytes("newer"));
        }
        try (KeyedState again = open()) {
            assertThat(again.get("k")).hasValue(bytes("newer"));
        }
    }

    @Test
    void what_was_to_be_put_and_failed_does_not_come_back_after_a_removal_that_returned() throws IOException {
        KeyedState state = open();
        disk.failSyncs(1);
        assertThatThrownBy(() -> state.put("k", bytes("failed"))).isInstanceOf(IOException.class);
        state.remove("k");
        disk.kill();

        try (KeyedState again = open()) {
            assertThat(again.get("k")).isEmpty();
        }
    }

    @Test
    void a_full_volume_is_reported_and_nothing_is_lost() throws IOException {
        try (KeyedState state = open()) {
            state.put("k", bytes("old"));
            disk.capacity(disk.usedBytes());
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            state.put("large" + i, new byte[100_000]);
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("bytes left");
            assertThat(state.get("k")).hasValue(bytes("old"));
        }
    }

    @Test
    void bounds_are_kept() throws IOException {
        try (KeyedState state = open()) {
            assertThatThrownBy(() -> state.put("", bytes("a"))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> state.put("k", new byte[KeyedState.MAX_VALUE_BYTES + 1]))
                    .isInstanceOf(IllegalArgumentException.class);
            for (int i = 0; i < 31; i++) {
                state.put("k" + i, new byte[KeyedState.MAX_VALUE_BYTES]);
            }
            assertThatThrownBy(() -> state.put("k31", new byte[KeyedState.MAX_VALUE_BYTES]))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("bound");
        }
    }

    /** Model: after any power cut each key has the value of its last successful change, or of a later one that failed. */
    @Test
    void it_is_a_map_whatever_the_power_does() {
        Seeds.each(20, random -> {
            try {
                life(random);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static void life(SplittableRandom random) throws IOException {
        var disk = new SimDisk(random.split());
        var time = new SimTime();
        var randomness = new SimRandomness(random.split());
        Map<String, Integer> model = new HashMap<>();
        KeyedState state = KeyedState.open(disk, "state", time, randomness);
        for (int i = 0; i < 120; i++) {
            String key = "k" + random.nextInt(6);
            switch (random.nextInt(10)) {
                case 0 -> {
                    disk.crash();
                    state = KeyedState.open(disk, "state", time, randomness);
                }
                case 1 -> {
                    state.remove(key);
                    model.remove(key);
                }
                default -> {
                    int size = random.nextInt(200_000);
                    state.put(key, new byte[size]);
                    model.put(key, size);
                }
            }
            assertThat(state.keys("")).isEqualTo(model.keySet());
            for (var e : model.entrySet()) {
                assertThat(state.get(e.getKey()).orElseThrow()).hasSize(e.getValue());
            }
        }
    }

    private KeyedState open() throws IOException {
        return KeyedState.open(disk, "twins", time, randomness);
    }

    private static byte[] bytes(String text) {
        return text.getBytes();
    }
}

package kant.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import kant.model.error.Refusal;
import kant.store.segment.Durability;
import kant.store.state.KeyedState;
import org.junit.jupiter.api.Test;

/** Messages and small state (twins, the configuration) on one volume, as in a hub. */
class FullVolumeTest {
    private static final long VOLUME_BYTES = 16L << 20;
    private static final int TWIN_BYTES = 20_000;

    private final StoreFixture f = new StoreFixture();

    @Test
    void twins_and_configuration_are_written_while_messages_are_refused() throws IOException {
        f.with(StoreConfig.of(Durability.FSYNC, 1L << 30).reserveBytes(64 << 10));
        f.disk.capacity(VOLUME_BYTES);
        try (KeyedState state = KeyedState.open(f.disk, "state", f.time, f.randomness)) {
            state.put("twin/edge", twin(0));
            fillWithMessages();
            f.disk.capacity(f.disk.usedBytes()); // somebody else takes the reserve, too
            f.disk.quota(f.disk.usedBytes());

            for (int version = 1; version <= 300; version++) {
                state.put("twin/edge", twin(version));
                state.put("configuration/last-good", twin(version));
                assertThat(f.refused("x".repeat(1000), StoreFixture.UP)).isInstanceOf(Refusal.StoreFull.class);
                f.time.advance(Duration.ofMillis(50));
            }

            assertThat(state.get("twin/edge")).hasValue(twin(300));
            assertThat(state.get("configuration/last-good")).hasValue(twin(300));
        }
        f.powerCut();
        try (KeyedState state = KeyedState.open(f.disk, "state", f.time, f.randomness)) {
            assertThat(state.get("twin/edge")).hasValue(twin(300));
        }
        f.drain(StoreFixture.UP.endpoint());
        f.pass(Duration.ofSeconds(1));
        f.accepted("there is room again", StoreFixture.UP);
    }

    private void fillWithMessages() {
        CompletableFuture<Void> stage;
        do {
            stage = f.append("x".repeat(100_000), StoreFixture.UP);
            f.turn();
        } while (!stage.isCompletedExceptionally());
        do {
            stage = f.append("x".repeat(1000), StoreFixture.UP);
            f.turn();
        } while (!stage.isCompletedExceptionally());
    }

    private static byte[] twin(int version) {
        var bytes = new byte[TWIN_BYTES];
        Arrays.fill(bytes, (byte) version);
        return bytes;
    }
}

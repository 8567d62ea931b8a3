package kant.store.state;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import kant.world.Disk;

/** A small map from text to bytes that is durable when a change returns. Safe for any thread; a change blocks for a sync. */
public final class KeyedState implements AutoCloseable {
    private KeyedState() {}

    public static KeyedState open(Disk disk, String name) throws IOException {
        throw new UnsupportedOperationException();
    }

    public Optional<byte[]> get(String key) {
        throw new UnsupportedOperationException();
    }

    public void put(String key, byte[] value) throws IOException {
        throw new UnsupportedOperationException();
    }

    public void remove(String key) throws IOException {
        throw new UnsupportedOperationException();
    }

    public Set<String> keys(String prefix) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}

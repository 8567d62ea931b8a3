package kant.store;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import kant.model.message.Message;
import kant.model.message.Target;
import kant.world.Disk;
import kant.world.Time;

/** The durable, bounded store in front of every endpoint. */
public final class MessageStore implements AutoCloseable {
    private MessageStore() {}

    public static MessageStore open(StoreConfig config, Disk disk, Time time) throws IOException {
        throw new UnsupportedOperationException();
    }

    public CompletionStage<Void> append(Message message, List<Target> targets) {
        throw new UnsupportedOperationException();
    }

    public Cursor cursor(String endpoint) {
        throw new UnsupportedOperationException();
    }

    public Set<String> endpoints() {
        throw new UnsupportedOperationException();
    }

    public void remove(String endpoint) {
        throw new UnsupportedOperationException();
    }

    public void maxBytes(long bytes) {
        throw new UnsupportedOperationException();
    }

    public StoreStats stats() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}

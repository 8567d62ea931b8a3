package kant.store.segment;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import kant.world.Disk;
import kant.world.Time;

/** A bounded, crash-safe log of opaque records with group commit on a thread of its own. */
public final class RecordLog implements AutoCloseable {
    private RecordLog() {}

    public static RecordLog open(Disk disk, Time time, LogConfig config) throws IOException {
        throw new UnsupportedOperationException();
    }

    public CompletionStage<Long> append(byte[] record) {
        throw new UnsupportedOperationException();
    }

    public List<LogRecord> read(long fromSequence, int maxBytes) throws IOException {
        throw new UnsupportedOperationException();
    }

    public long firstSequence() {
        throw new UnsupportedOperationException();
    }

    public long nextSequence() {
        throw new UnsupportedOperationException();
    }

    public void trim(long beforeSequence) {
        throw new UnsupportedOperationException();
    }

    public long bytes() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}

package kant.bench.commit;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import kant.store.segment.Handoff;
import kant.store.segment.Request;
import kant.world.PlatformThread;

/** The grouping of Kant's store for others: one thread takes all that waits, brings it to disk as one group, and lets all go. */
public final class GroupCommit implements Engine {
    private static final long IDLE_NANOS = 1_000_000_000;
    private static final long QUEUE_BYTES = 64 << 20;

    private final Committer committer;
    private final Handoff handoff = new Handoff(QUEUE_BYTES);
    private final PlatformThread thread;

    public GroupCommit(Committer committer) {
        this.committer = committer;
        thread = PlatformThread.start("group-commit", this::step);
    }

    @Override
    public CompletableFuture<?> append(byte[] record) {
        var append = new Append(record);
        switch (handoff.put(append)) {
            case QUEUED -> {}
            case QUEUED_FIRST -> thread.wake();
            case TOO_MUCH, CLOSED -> append.completeExceptionally(new IOException("the committer takes no more"));
        }
        return append;
    }

    @Override
    public void close() throws IOException {
        handoff.close();
        thread.close();
        committer.close();
    }

    private long step() {
        Request<?> oldest = handoff.takeAll();
        if (oldest == null) {
            return IDLE_NANOS;
        }
        try {
            for (Request<?> r = oldest; r != null; r = r.next()) {
                committer.add(((Append) r).record);
            }
            committer.commit();
            for (Request<?> r = oldest; r != null; r = r.next()) {
                r.complete(null);
            }
        } catch (IOException e) {
            for (Request<?> r = oldest; r != null; r = r.next()) {
                r.completeExceptionally(e);
            }
        }
        return 0;
    }

    private static final class Append extends Request<Void> {
        private final byte[] record;

        Append(byte[] record) {
            this.record = record;
        }

        @Override
        public int weight() {
            return record.length;
        }
    }
}

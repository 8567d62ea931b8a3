package kant.store.segment;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kant.world.PlatformThread;
import org.jspecify.annotations.Nullable;

/**
 * Makes the spare ready beside the writer, so that no group waits for its zeros or for the file system's journal. One job at a
 * time; while it runs, the writer leaves the spare alone.
 */
final class SpareThread implements AutoCloseable {
    /** Synced at once: a group that is synced meanwhile waits for no more than this. */
    private static final long STEP_BYTES = 1 << 20;

    private final PlatformThread thread;
    private volatile @Nullable Job job;

    SpareThread(String logName) {
        thread = PlatformThread.start(logName + "-spare", this::step);
    }

    /** Begins to make it ready. */
    void fill(Spare spare) {
        job = new Job(spare);
        thread.wake();
    }

    boolean busy() {
        Job last = job;
        return last != null && !last.isDone();
    }

    /** Waits for the job under way, if there is one; the failure of a job is told once. */
    void await() throws IOException {
        Job last = job;
        if (last == null) {
            return;
        }
        try {
            last.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw e;
        } finally {
            job = null;
        }
    }

    /** Ends after the step under way, or leaves the thread behind where the disk holds it. */
    @Override
    public void close() {
        thread.close();
    }

    boolean ended() {
        return thread.ended();
    }

    private long step() {
        Job next = job;
        if (next == null || next.isDone()) {
            return Long.MAX_VALUE;
        }
        try {
            if (!next.spare.fill(next.spare.filledBytes() + STEP_BYTES)) {
                next.complete(null);
            }
        } catch (IOException | RuntimeException e) {
            next.completeExceptionally(e);
        }
        return 0;
    }

    private static final class Job extends CompletableFuture<Void> {
        private final Spare spare;

        Job(Spare spare) {
            this.spare = spare;
        }
    }
}

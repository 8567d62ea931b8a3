package kant.conformance.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A client with a thread of its own that comes back whenever its connection ends, until it is done or told to leave. */
final class Comeback implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();
    private static final long END_MILLIS = 60_000;

    private final Life life;
    private final Thread thread;
    private volatile boolean leaving;
    private volatile @Nullable Exception bug;

    /** One connection, from dialling to its end. */
    interface Life {
        /** Returns when it has nothing more to do, or was told to leave. */
        void live() throws Exception;

        /** Ends a connection that {@link #live} waits on; called by another thread. */
        void leave() throws IOException;
    }

    private Comeback(String name, Life life) {
        this.life = life;
        thread = Thread.ofPlatform().name(name).unstarted(this::run);
    }

    static Comeback start(String name, Life life) {
        var client = new Comeback(name, life);
        client.thread.start();
        return client;
    }

    /** Waits until it has done what it came for. */
    void await() throws InterruptedException {
        thread.join(END_MILLIS);
        if (thread.isAlive()) {
            throw new AssertionError(thread.getName() + " was not done within " + END_MILLIS + " ms");
        }
        check();
    }

    private void check() {
        if (bug != null) {
            throw new AssertionError(thread.getName() + " failed", bug);
        }
    }

    private void run() {
        while (!leaving) {
            try {
                life.live();
                return;
            } catch (IOException | UncheckedIOException _) {
                LockSupport.parkNanos(PAUSE_NANOS); // the hub is away, which is what these campaigns are about
            } catch (Exception e) {
                bug = e;
                return;
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        leaving = true;
        life.leave();
        await();
    }
}

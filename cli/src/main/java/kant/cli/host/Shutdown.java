package kant.cli.host;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was started, last first, at the end of the process whatever ends it: return, Ctrl-C or SIGTERM. */
public final class Shutdown implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private volatile boolean signalled;

    public Shutdown() {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            signalled = true;
                            close();
                        },
                        "shutdown"));
    }

    /** Remembers something to close; closed at once if the end has begun. */
    public <T extends AutoCloseable> T add(T resource) {
        synchronized (open) {
            if (!signalled) {
                open.push(resource);
                return resource;
            }
        }
        closeOne(resource);
        return resource;
    }

    /** Whether a signal has come. */
    public boolean signalled() {
        return signalled;
    }

    @Override
    public void close() {
        // one closer at a time: a second caller waits here until everything is really gone
        synchronized (this) {
            while (true) {
                AutoCloseable next;
                synchronized (open) {
                    next = open.poll();
                }
                if (next == null) {
                    return;
                }
                closeOne(next);
            }
        }
    }

    private static void closeOne(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            System.err.println("kant: while stopping: " + e.getMessage());
        }
    }
}

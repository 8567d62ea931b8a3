package kant.world;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

final class VirtualTasks implements Tasks {
    private static final Duration CLOSE_WAIT = Duration.ofSeconds(10);

    private final String name;
    private final Set<Thread> running = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor timer;
    private volatile boolean closed;

    VirtualTasks(String name) {
        this.name = name;
        timer = new ScheduledThreadPoolExecutor(1, r -> {
            var thread = new Thread(r, name + "-timer");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public void execute(Runnable task) {
        start(name, task);
    }

    @Override
    public Cancellable spawn(String taskName, Runnable task) {
        Thread thread = start(taskName, task);
        return thread::interrupt;
    }

    @Override
    public Cancellable after(Duration delay, String taskName, Runnable task) {
        Future<?> future = timer.schedule(() -> start(taskName, task), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        closed = true;
        timer.shutdownNow();
        running.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + CLOSE_WAIT.toNanos();
        for (Thread thread : running) {
            if (thread == Thread.currentThread()) {
                continue;
            }
            try {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return;
                }
                var _ = thread.join(Duration.ofNanos(left));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private Thread start(String taskName, Runnable task) {
        var thread = Thread.ofVirtual().name(taskName).unstarted(() -> {
            try {
                task.run();
            } finally {
                running.remove(Thread.currentThread());
            }
        });
        running.add(thread);
        if (closed) {
            running.remove(thread);
            return thread;
        }
        thread.start();
        return thread;
    }
}

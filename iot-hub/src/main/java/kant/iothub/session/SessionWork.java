package kant.iothub.session;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.iothub.error.HubRefusedException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's work that waits: done on a virtual thread, one after the other in the order of asking, never too much of it. */
public final class SessionWork {
    private static final Logger log = LoggerFactory.getLogger(SessionWork.class);

    /** More than any SDK has under way at once; a client that asks faster than the disk answers is told to slow down. */
    private static final int MAX_WAITING = 100;

    private final Tasks tasks;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private boolean running;

    public SessionWork(Tasks tasks) {
        this.tasks = tasks;
    }

    /** Does the work once all before it is done; its refusals become those of a head. */
    public <T> CompletionStage<T> run(Work<T> work) {
        var result = new CompletableFuture<T>();
        synchronized (this) {
            if (waiting.size() == MAX_WAITING) {
                return CompletableFuture.failedStage(new RefusedException(
                        new Refusal.LimitExceeded("more than " + MAX_WAITING + " requests of one client wait")));
            }
            waiting.add(() -> complete(result, work));
            if (running) {
                return result;
            }
            running = true;
        }
        tasks.execute(this::drain);
        return result;
    }

    /** The same for work that gives nothing. */
    public CompletionStage<Void> perform(Step step) {
        return run(() -> {
                    step.run();
                    return step;
                })
                .thenAccept(_ -> {});
    }

    private void drain() {
        for (Runnable next = next(); next != null; next = next()) {
            next.run();
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        running = next != null;
        return next;
    }

    private static <T> void complete(CompletableFuture<T> result, Work<T> work) {
        try {
            result.complete(work.run());
        } catch (HubRefusedException e) {
            result.completeExceptionally(e.refused());
        } catch (IOException e) {
            log.atError().addKeyValue("reason", e.getMessage()).log("a client's request failed");
            result.completeExceptionally(
                    new RefusedException(new Refusal.Unavailable("the hub cannot reach its data: " + e.getMessage())));
        } catch (RuntimeException e) {
            log.atError().setCause(e).log("a client's request met a bug");
            result.completeExceptionally(e);
        }
    }

    /** What is done. */
    public interface Work<T> {
        T run() throws IOException, HubRefusedException;
    }

    /** What is done. */
    public interface Step {
        void run() throws IOException, HubRefusedException;
    }
}

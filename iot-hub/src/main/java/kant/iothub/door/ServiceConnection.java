package kant.iothub.door;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import kant.iothub.c2d.CloudMessages;
import kant.iothub.c2d.Feedback;
import kant.iothub.c2d.FeedbackBatch;
import kant.iothub.error.HubRefusedException;
import kant.iothub.session.SessionWork;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.protocol.port.ServiceLink;
import kant.protocol.port.ServiceSession;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One service application. It has at most one batch of feedback at a time; one task at a time settles it and takes the next. */
final class ServiceConnection implements ServiceSession {
    private static final Logger log = LoggerFactory.getLogger(ServiceConnection.class);

    private final ServiceLink link;
    private final CloudMessages messages;
    private final Feedback feedback;
    private final Tasks tasks;
    private final ServiceDoor door;
    private final SessionWork work;

    private boolean subscribed; // guarded by this, as are all below
    private boolean waiting;
    private boolean running;
    private long lastId;
    private @Nullable FeedbackBatch held;
    private @Nullable Settlement settlement;

    ServiceConnection(ServiceLink link, CloudMessages messages, Feedback feedback, Tasks tasks, ServiceDoor door) {
        this.link = link;
        this.messages = messages;
        this.feedback = feedback;
        this.tasks = tasks;
        this.door = door;
        work = new SessionWork(tasks);
    }

    @Override
    public CompletionStage<Void> send(IdentityId target, Message message) {
        return work.run(() -> messages.send(target, message)).thenAccept(_ -> {});
    }

    @Override
    public synchronized void subscribeFeedback() {
        subscribed = true;
        wake();
    }

    /** There may be feedback. */
    synchronized void wake() {
        waiting = subscribed;
        run();
    }

    @Override
    public synchronized void settleFeedback(long id, Settlement outcome) {
        if (held != null && id == lastId && settlement == null) {
            settlement = outcome;
            waiting = subscribed;
            run();
        }
    }

    @Override
    public synchronized void close() {
        door.closed(this);
        subscribed = false;
        waiting = false;
        if (held != null && settlement == null) {
            settlement = Settlement.RELEASED;
        }
        run();
    }

    private void run() {
        if (!running && hasWork()) {
            running = true;
            tasks.execute(this::work);
        }
    }

    private boolean hasWork() {
        return held == null ? waiting : settlement != null;
    }

    private void work() {
        try {
            while (isNeeded()) {
                settle();
                take();
            }
        } catch (IOException | HubRefusedException e) {
            log.atError()
                    .addKeyValue("reason", e.getMessage())
                    .log("feedback to a service stopped, it is disconnected");
            link.disconnect("the hub cannot reach its feedback");
        }
    }

    private synchronized boolean isNeeded() {
        running = hasWork();
        return running;
    }

    private void settle() throws IOException, HubRefusedException {
        FeedbackBatch batch;
        Settlement outcome;
        synchronized (this) {
            batch = held;
            outcome = settlement;
            if (batch == null || outcome == null) {
                return;
            }
            held = null;
            settlement = null;
        }
        feedback.settle(batch, outcome);
        if (outcome == Settlement.RELEASED) {
            door.feedback(); // somebody else may want it
        }
    }

    private void take() throws IOException, HubRefusedException {
        synchronized (this) {
            if (!waiting || held != null) {
                return;
            }
            waiting = false;
        }
        Optional<FeedbackBatch> taken = feedback.take();
        if (taken.isEmpty()) {
            return;
        }
        long id;
        synchronized (this) {
            held = taken.get();
            id = ++lastId;
            if (!subscribed) {
                settlement = Settlement.RELEASED; // the service went away meanwhile
                return;
            }
        }
        link.feedback(id, taken.get().enqueued(), taken.get().json());
    }
}

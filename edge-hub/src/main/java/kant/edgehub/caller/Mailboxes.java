package kant.edgehub.caller;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import kant.edgehub.parent.Interests;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.protocol.port.LockedMessage;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/**
 * The mailboxes of all clients that have fetched cloud-to-device messages lately. The first request of a client opens its
 * mailbox, which subscribes at the parent; it is closed when nobody has asked for a time.
 */
public final class Mailboxes {
    /** How long a first request waits: the parent sends only after it has been asked to. */
    static final Duration FIRST_WAIT = Duration.ofSeconds(2);

    /** After this long without a request what waits goes back to the parent. */
    static final Duration IDLE = Duration.ofMinutes(10);

    /** IoT Hub's longest lock. */
    private static final Duration LONGEST_LOCK = Duration.ofMinutes(5);

    private final Interests interests;
    private final Tasks tasks;
    private final Time time;
    private final Randomness randomness;
    private final Map<IdentityId, Open> mailboxes = new ConcurrentHashMap<>();

    public Mailboxes(Interests interests, Tasks tasks, Time time, Randomness randomness) {
        this.interests = interests;
        this.tasks = tasks;
        this.time = time;
        this.randomness = randomness;
    }

    /** The next message of a client, locked; see {@link kant.protocol.port.Caller#receive}. */
    public CompletionStage<Optional<LockedMessage>> receive(IdentityId id, Duration lock) {
        var fresh = new Open(time.nanos());
        Open present = mailboxes.putIfAbsent(id, fresh);
        Open open = present == null ? fresh : present;
        open.usedAtNanos = time.nanos();
        want(id, open);
        if (present != null) {
            return CompletableFuture.completedFuture(locked(open.box, lock));
        }
        closeWhenIdle(id, open, IDLE);
        CompletableFuture<Boolean> next = open.box.next();
        Tasks.Cancellable timer = tasks.after(FIRST_WAIT, "first message of " + id, () -> next.complete(false));
        return next.thenApply(_ -> {
            timer.cancel();
            return locked(open.box, lock);
        });
    }

    /** Settles a locked message; see {@link kant.protocol.port.Caller#settle}. */
    public CompletionStage<Void> settle(IdentityId id, String lockToken, Settlement settlement) {
        Open open = mailboxes.get(id);
        return open != null && open.box.settle(lockToken, settlement)
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(new RefusedException(new Refusal.PreconditionFailed(
                        "the lock of this message is unknown, or its time is over; receive it again")));
    }

    /** Keeps a message of the parent until it is fetched; false where its addressee fetches none, or has no room. */
    public boolean offer(IdentityId id, Delivery delivery, Consumer<Settlement> settle) {
        Open open = mailboxes.get(id);
        return open != null && open.box.offer(delivery, settle);
    }

    /** The identity's connection to the parent is gone. */
    public void down(IdentityId id) {
        Open open = mailboxes.get(id);
        if (open != null) {
            open.box.forgetAll();
        }
    }

    /** Whether a client's mailbox is open. */
    public boolean open(IdentityId id) {
        return mailboxes.containsKey(id);
    }

    /** Each time: it costs little, and heals a subscription that the parent refused before. */
    private void want(IdentityId id, Open open) {
        var _ = interests.want(id, Feature.CLOUD_TO_DEVICE, open);
        if (mailboxes.get(id) != open) {
            interests.drop(id, Feature.CLOUD_TO_DEVICE, open); // closed meanwhile, and that did not see it
        }
    }

    private Optional<LockedMessage> locked(Mailbox box, Duration lock) {
        String token = randomness.uuid();
        Optional<LockedMessage> message = box.lock(token);
        if (message.isPresent()) {
            Duration limit = lock.compareTo(LONGEST_LOCK) > 0 ? LONGEST_LOCK : lock;
            var _ = tasks.after(limit, "lock of a message", () -> box.settle(token, Settlement.RELEASED));
        }
        return message;
    }

    private void closeWhenIdle(IdentityId id, Open open, Duration wait) {
        var _ = tasks.after(wait, "mailbox of " + id, () -> {
            Duration left = IDLE.minusNanos(time.nanos() - open.usedAtNanos);
            if (left.isPositive()) {
                closeWhenIdle(id, open, left);
            } else if (mailboxes.remove(id, open)) {
                interests.drop(id, Feature.CLOUD_TO_DEVICE, open);
                open.box.close();
            }
        });
    }

    private static final class Open {
        final Mailbox box = new Mailbox();
        volatile long usedAtNanos;

        Open(long usedAtNanos) {
            this.usedAtNanos = usedAtNanos;
        }
    }
}

package kant.iothub.c2d;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.Registered;
import kant.iothub.sql.Database;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.world.Randomness;
import kant.world.Time;

/**
 * The verbs of messages to devices. Each is one transaction; each write is on disk when it returns. A message is taken under a
 * lock and settled by the lock's token; one that comes back too often, or too late, is given up.
 */
public final class CloudMessages {
    /** As many messages may wait for one device or module (403004 above it). */
    public static final int MAX_DEPTH = 50;

    /** How long a message is locked unless its taker says otherwise: IoT Hub's default. */
    public static final Duration USUAL_LOCK = Duration.ofSeconds(60);

    /** IoT Hub's default: after so many deliveries without success a message is given up. */
    static final int MAX_DELIVERIES = 10;

    /** Rows that one transaction of housekeeping looks at; it comes again at once for more. */
    private static final int SWEEP = 500;

    private final Database database;
    private final Time time;
    private final Randomness randomness;
    private final List<CloudListener> listeners = new CopyOnWriteArrayList<>();

    private CloudMessages(Database database, Time time, Randomness randomness) {
        this.database = database;
        this.time = time;
        this.randomness = randomness;
    }

    /** Opens the queues; what sessions held when the hub last ended goes back into them. */
    public static CloudMessages open(Database database, Time time, Randomness randomness)
            throws IOException, HubRefusedException {
        var messages = new CloudMessages(database, time, randomness);
        messages.write(batch -> {
            for (CloudMessage held : CloudMessageTable.heldBySessions(batch.sql())) {
                batch.giveBack(held);
            }
            return true;
        });
        return messages;
    }

    /** From now on tells somebody of what comes to the queues. */
    public void listen(CloudListener listener) {
        listeners.add(listener);
    }

    /**
     * Queues a message; returns its sequence number.
     *
     * @param message its sender is of no importance: it becomes the target
     */
    public long send(IdentityId target, Message message) throws IOException, HubRefusedException {
        OutgoingCheck checked = OutgoingCheck.of(target, message, time.now());
        return write(batch -> {
            Registered registered = Registered.require(batch.sql(), target);
            if (CloudMessageTable.depth(batch.sql(), target) >= MAX_DEPTH) {
                throw new HubRefusedException(
                        ErrorCode.QUEUE_FULL,
                        "\"" + target + "\" has " + MAX_DEPTH + " messages waiting, as many as it may; it must take"
                                + " some first, or purge its queue");
            }
            var queued = new CloudMessage(
                    target,
                    QueueTable.nextSequence(batch.sql(), target),
                    batch.now(),
                    checked.expires(),
                    0,
                    registered.generationId(),
                    checked.message());
            CloudMessageTable.add(batch.sql(), queued);
            batch.wake(target);
            batch.due(queued.expires());
            return queued.sequence();
        });
    }

    /** The oldest messages that nobody holds, locked for a time; possibly none. */
    public List<Locked> take(IdentityId id, int max, Duration lock, Holder holder)
            throws IOException, HubRefusedException {
        return write(batch -> {
            sweep(batch);
            Instant until = batch.now().plus(lock);
            List<Locked> taken = new ArrayList<>();
            for (CloudMessage message : CloudMessageTable.free(batch.sql(), id, max)) {
                String token = holder.prefix() + randomness.uuid();
                CloudMessageTable.lock(batch.sql(), message, token, until);
                batch.due(until);
                taken.add(new Locked(token, message));
            }
            return taken;
        });
    }

    /** Settles what was taken; returns how many of the locks are unknown, or lost. */
    public int settle(IdentityId id, List<Settled> settled) throws IOException, HubRefusedException {
        return write(batch -> {
            int lost = 0;
            for (Settled one : settled) {
                Optional<CloudMessage> held = CloudMessageTable.locked(batch.sql(), id, one.token(), batch.now());
                if (held.isPresent()) {
                    settle(batch, held.get(), one);
                } else {
                    lost++;
                }
            }
            return lost;
        });
    }

    /** Empties a queue, locked messages included; returns how many there were. */
    public int purge(IdentityId id) throws IOException, HubRefusedException {
        return write(batch -> {
            Registered.require(batch.sql(), id);
            List<CloudMessage> all = CloudMessageTable.all(batch.sql(), id);
            for (CloudMessage message : all) {
                batch.end(message, Fate.PURGED);
            }
            return all.size();
        });
    }

    public QueueState state(IdentityId id) throws IOException, HubRefusedException {
        return database.read(sql -> {
            Registered.require(sql, id);
            return QueueTable.state(sql, id);
        });
    }

    /** How many messages wait, locked ones included. */
    public long depth(IdentityId id) throws IOException, HubRefusedException {
        return database.read(sql -> CloudMessageTable.depth(sql, id));
    }

    /** Takes back lost locks and gives up what is too old; returns when to do it again, {@link Instant#MAX} for never. */
    public Instant sweep() throws IOException, HubRefusedException {
        return write(batch -> {
            sweep(batch);
            return CloudMessageTable.due(batch.sql());
        });
    }

    private static void settle(CloudBatch batch, CloudMessage message, Settled settled) throws SQLException {
        switch (settled.settlement()) {
            case ACCEPTED -> batch.end(message, Fate.COMPLETED);
            case REJECTED -> batch.end(message, Fate.REJECTED);
            case RELEASED, ABANDONED -> batch.giveBack(message);
        }
    }

    private static void sweep(CloudBatch batch) throws SQLException {
        for (CloudMessage lost : CloudMessageTable.lost(batch.sql(), batch.now(), SWEEP)) {
            batch.giveBack(lost);
        }
        for (CloudMessage expired : CloudMessageTable.expired(batch.sql(), batch.now(), SWEEP)) {
            batch.end(expired, Fate.EXPIRED);
        }
    }

    private <T> T write(Work<T> work) throws IOException, HubRefusedException {
        Instant now = time.now();
        return database.write(
                        sql -> {
                            var batch = new CloudBatch(sql, now);
                            return new Done<>(work.run(batch), batch);
                        },
                        done -> listeners.forEach(done.batch()::tell))
                .result();
    }

    /** Who takes messages: a session's locks end with the hub, a caller's outlive it. */
    public enum Holder {
        SESSION("session-"),
        CALLER("");

        private final String prefix;

        Holder(String prefix) {
            this.prefix = prefix;
        }

        String prefix() {
            return prefix;
        }
    }

    private interface Work<T> {
        T run(CloudBatch batch) throws SQLException, HubRefusedException;
    }

    private record Done<T>(T result, CloudBatch batch) {}
}

package kant.iothub.telemetry;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.iothub.message.MessageCodec;
import kant.iothub.message.StoredMessage;
import kant.model.message.Message;
import kant.store.segment.LogConfig;
import kant.store.segment.LogRecord;
import kant.store.segment.RecordLog;
import kant.store.segment.WhenFull;
import kant.world.Disk;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All device-to-cloud messages in the order in which the hub took them. The log is bounded: when it is full the oldest go.
 * A message is acknowledged when it is on disk; any number of readers follow, each at its own place.
 */
public final class TelemetryLog implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TelemetryLog.class);
    private static final String NAME = "telemetry";

    private final RecordLog records;
    private final Time time;
    private final Object lock = new Object();
    private CompletableFuture<Void> grown = new CompletableFuture<>();

    private TelemetryLog(RecordLog records, Time time) {
        this.records = records;
        this.time = time;
    }

    /** Opens the log in a directory of its own. */
    public static TelemetryLog open(Disk disk, long maxBytes, Time time) throws IOException {
        return open(disk, LogConfig.of(NAME, maxBytes), time);
    }

    /** With segments of another size, for tests. */
    static TelemetryLog open(Disk disk, LogConfig log, Time time) throws IOException {
        LogConfig config = log.whenFull(WhenFull.DROP_OLDEST);
        return new TelemetryLog(RecordLog.open(disk, time, config), time);
    }

    /** Takes a message; completes with its sequence number once it is on disk. */
    public CompletionStage<Long> append(Message message) {
        Instant enqueued = time.now();
        return records.append(MessageCodec.encode(enqueued, message)).thenApply(sequence -> {
            wakeReaders();
            return sequence;
        });
    }

    /** The number the next message will have. */
    public long nextSequence() {
        return records.nextSequence();
    }

    /**
     * The messages behind a place, up to a number and size; waits for one where there is none yet.
     *
     * @param after a sequence number, -1 for the oldest kept
     * @return after the wait possibly without events
     */
    public TelemetryBatch read(long after, int max, int maxBytes, Duration wait)
            throws IOException, InterruptedException {
        CompletableFuture<Void> growth;
        synchronized (lock) {
            growth = grown;
        }
        TelemetryBatch batch = read(after, max, maxBytes);
        if (!batch.events().isEmpty() || wait.isZero() || !hasGrown(growth, wait)) {
            return batch;
        }
        return read(batch.next(), max, maxBytes);
    }

    @Override
    public void close() {
        records.close();
        wakeReaders();
    }

    private TelemetryBatch read(long after, int max, int maxBytes) throws IOException {
        List<TelemetryEvent> events = new ArrayList<>();
        long next = Math.max(after, records.firstSequence() - 1);
        for (LogRecord logRecord : records.read(next + 1, maxBytes)) {
            if (events.size() == max) {
                break;
            }
            decode(logRecord).ifPresent(events::add);
            next = logRecord.sequence();
        }
        return new TelemetryBatch(events, next);
    }

    /** A record that cannot be read is told of and passed over: one bad record must not hide those behind it. */
    private static Optional<TelemetryEvent> decode(LogRecord logRecord) {
        try {
            StoredMessage stored = MessageCodec.decode(logRecord.bytes());
            return Optional.of(new TelemetryEvent(logRecord.sequence(), stored.enqueued(), stored.message()));
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("sequence", logRecord.sequence())
                    .addKeyValue("reason", e.getMessage())
                    .log("telemetry record is unreadable, passed over");
            return Optional.empty();
        }
    }

    private static boolean hasGrown(CompletableFuture<Void> growth, Duration wait) throws InterruptedException {
        try {
            growth.get(wait.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException _) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("growth never fails", e);
        }
    }

    private void wakeReaders() {
        CompletableFuture<Void> growth;
        synchronized (lock) {
            growth = grown;
            grown = new CompletableFuture<>();
        }
        growth.complete(null);
    }
}

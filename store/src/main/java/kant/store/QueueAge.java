package kant.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import kant.store.segment.LogScanner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long the oldest message of an endpoint has waited, by the store's own clock, which no jump of the wall clock moves. Reads
 * one record where the oldest is another than when it was last asked.
 */
final class QueueAge {
    private static final Logger log = LoggerFactory.getLogger(QueueAge.class);

    private final StoreState state;
    private long sequence = -1;
    private long enqueuedMillis;

    QueueAge(StoreState state) {
        this.state = state;
    }

    /**
     * The age, a little too high where only part of a segment is known to be settled; empty where nothing is pending.
     *
     * @param oldest of what is pending; {@link Long#MAX_VALUE} where nothing is
     */
    synchronized Optional<Duration> of(long oldest) {
        if (oldest == Long.MAX_VALUE) {
            return Optional.empty();
        }
        if (oldest != sequence) {
            read(oldest, millis -> {
                sequence = oldest;
                enqueuedMillis = millis;
            });
        }
        return sequence < 0
                ? Optional.empty()
                : Optional.of(Duration.ofMillis(Math.max(0, state.clock().millis() - enqueuedMillis)));
    }

    private void read(long from, LongConsumer found) {
        try (LogScanner scanner = state.log().scanner()) {
            scanner.seek(from);
            while (scanner.next(_ -> false)) {
                ByteBuffer record = scanner.payload();
                if (MessageRecord.is(record)) {
                    found.accept(MessageRecord.enqueuedMillis(record));
                    return;
                }
            }
        } catch (IOException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("the age of a queue cannot be read");
        }
    }
}

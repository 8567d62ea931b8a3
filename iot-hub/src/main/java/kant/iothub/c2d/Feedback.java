package kant.iothub.c2d;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Database;
import kant.model.message.Settlement;
import kant.world.Time;

/** Feedback for services: each batch goes to one of them; what is not settled when that one goes away goes to another. */
public final class Feedback {
    /** IoT Hub's own batch size. */
    private static final int MAX_RECORDS = 64;

    private final Database database;
    private final Time time;

    /** Records that some service has now. Guarded by this; bounded by services times records of a batch. */
    private final Set<Long> taken = new HashSet<>();

    public Feedback(Database database, Time time) {
        this.database = database;
        this.time = time;
    }

    /** The oldest records that nobody has; empty where there are none. */
    public Optional<FeedbackBatch> take() throws IOException, HubRefusedException {
        Instant now = time.now();
        return database.write(sql -> {
            FeedbackTable.expire(sql, now);
            synchronized (this) {
                List<FeedbackTable.Row> rows = FeedbackTable.after(sql, -1, now, MAX_RECORDS + taken.size()).stream()
                        .filter(row -> !taken.contains(row.sequence()))
                        .limit(MAX_RECORDS)
                        .toList();
                rows.forEach(row -> taken.add(row.sequence()));
                return rows.isEmpty() ? Optional.<FeedbackBatch>empty() : Optional.of(FeedbackBatch.of(rows));
            }
        });
    }

    /** What is accepted or rejected is gone; what is released waits for the next service. */
    public void settle(FeedbackBatch batch, Settlement settlement) throws IOException, HubRefusedException {
        try {
            database.write(sql -> {
                for (long sequence : batch.sequences()) {
                    if (settlement == Settlement.RELEASED) {
                        FeedbackTable.returned(sql, sequence);
                    } else {
                        FeedbackTable.delete(sql, sequence);
                    }
                }
                return batch;
            });
        } finally {
            synchronized (this) {
                batch.sequences().forEach(taken::remove);
            }
        }
    }
}

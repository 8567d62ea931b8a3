package kant.iothub.c2d;

import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;

/** The steps of one transaction on the queues, and whom to tell of them once it is on disk. */
final class CloudBatch {
    private final Sql sql;
    private final Instant now;
    private final Set<IdentityId> waiting = new LinkedHashSet<>();
    private boolean feedback;
    private Instant due = Instant.MAX;

    CloudBatch(Sql sql, Instant now) {
        this.sql = sql;
        this.now = now;
    }

    Sql sql() {
        return sql;
    }

    Instant now() {
        return now;
    }

    void wake(IdentityId target) {
        waiting.add(target);
    }

    void due(Instant when) {
        due = when.isBefore(due) ? when : due;
    }

    /** The holder does not want it now, or has lost it: back into the queue, or given up after too many times. */
    void giveBack(CloudMessage message) throws SQLException {
        if (message.deliveries() + 1 >= CloudMessages.MAX_DELIVERIES) {
            end(message, Fate.EXCEEDED);
        } else {
            CloudMessageTable.unlock(sql, message);
            wake(message.target());
        }
    }

    /** The message leaves the queue for good; feedback is kept where its sender asked for it. */
    void end(CloudMessage message, Fate fate) throws SQLException {
        CloudMessageTable.delete(sql, message);
        QueueTable.count(sql, message.target(), fate);
        if (OutgoingCheck.acknowledgement(message.message()).wants(fate)) {
            FeedbackTable.add(sql, FeedbackRecord.of(message, fate, now), now);
            feedback = true;
        }
    }

    void tell(CloudListener listener) {
        waiting.forEach(listener::waiting);
        if (feedback) {
            listener.feedback();
        }
        if (due.isBefore(Instant.MAX)) {
            listener.due(due);
        }
    }
}

package kant.iothub.c2d;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kant.iothub.sql.Sql;

/** The rows of feedback that no service has taken yet. */
final class FeedbackTable {
    private static final Duration LIFE = Duration.ofHours(1);

    /** Far above what services leave unread in an hour of trials; the oldest go. */
    private static final int MAX_ROWS = 10_000;

    private FeedbackTable() {}

    static void add(Sql sql, FeedbackRecord feedback, Instant now) throws SQLException {
        sql.run(
                "INSERT INTO feedback(enqueued, expires, deliveries, record) VALUES (?, ?, 0, ?)",
                now.toEpochMilli(),
                now.plus(LIFE).toEpochMilli(),
                feedback.json());
        sql.run("DELETE FROM feedback WHERE sequence <= (SELECT max(sequence) FROM feedback) - ?", MAX_ROWS);
    }

    /** The oldest rows behind one. */
    static List<Row> after(Sql sql, long sequence, Instant now, int limit) throws SQLException {
        return sql.list(
                row -> new Row(
                        row.getLong("sequence"),
                        Instant.ofEpochMilli(row.getLong("enqueued")),
                        row.getString("record")),
                "SELECT * FROM feedback WHERE sequence > ? AND expires > ? ORDER BY sequence LIMIT ?",
                sequence,
                now.toEpochMilli(),
                limit);
    }

    static void delete(Sql sql, long sequence) throws SQLException {
        sql.run("DELETE FROM feedback WHERE sequence = ?", sequence);
    }

    /** A service did not want it now; after as many times as a message may be delivered it goes. */
    static void returned(Sql sql, long sequence) throws SQLException {
        sql.run("UPDATE feedback SET deliveries = deliveries + 1 WHERE sequence = ?", sequence);
        sql.run("DELETE FROM feedback WHERE deliveries >= ?", CloudMessages.MAX_DELIVERIES);
    }

    static void expire(Sql sql, Instant now) throws SQLException {
        sql.run("DELETE FROM feedback WHERE expires <= ?", now.toEpochMilli());
    }

    record Row(long sequence, Instant enqueued, String json) {}
}

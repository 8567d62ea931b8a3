package kant.iothub.c2d;

import java.sql.SQLException;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;

/** The rows of queues: the last sequence number, and how many messages met which fate. A queue that was never used has none. */
final class QueueTable {
    private static final String OF_QUEUE = " WHERE device_id = ? AND module_id = ?";

    private QueueTable() {}

    static long nextSequence(Sql sql, IdentityId id) throws SQLException {
        String module = CloudMessageTable.module(id);
        sql.run("INSERT OR IGNORE INTO cloud_queues VALUES (?, ?, 0, 0, 0, 0, 0, 0)", id.deviceId(), module);
        sql.run("UPDATE cloud_queues SET last_sequence = last_sequence + 1" + OF_QUEUE, id.deviceId(), module);
        return sql.number("SELECT last_sequence FROM cloud_queues" + OF_QUEUE, id.deviceId(), module);
    }

    static void count(Sql sql, IdentityId id, Fate fate) throws SQLException {
        sql.run(
                "UPDATE cloud_queues SET " + fate.column() + " = " + fate.column() + " + 1" + OF_QUEUE,
                id.deviceId(),
                CloudMessageTable.module(id));
    }

    static QueueState state(Sql sql, IdentityId id) throws SQLException {
        long waiting = CloudMessageTable.depth(sql, id);
        return sql.one(
                        row -> new QueueState(
                                waiting,
                                row.getLong("completed"),
                                row.getLong("rejected"),
                                row.getLong("expired"),
                                row.getLong("exceeded"),
                                row.getLong("purged")),
                        "SELECT * FROM cloud_queues" + OF_QUEUE,
                        id.deviceId(),
                        CloudMessageTable.module(id))
                .orElse(new QueueState(waiting, 0, 0, 0, 0, 0));
    }
}

package kant.iothub.c2d;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kant.iothub.message.MessageCodec;
import kant.iothub.message.StoredMessage;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;

/** The rows of messages to devices. A row that is not locked has {@code locked_until} 0. */
final class CloudMessageTable {
    private static final String OF_QUEUE = " WHERE device_id = ? AND module_id = ? ";

    private CloudMessageTable() {}

    static void add(Sql sql, CloudMessage message) throws SQLException {
        sql.run(
                "INSERT INTO cloud_messages VALUES (?, ?, ?, ?, ?, '', 0, ?, ?)",
                message.target().deviceId(),
                module(message.target()),
                message.sequence(),
                message.expires().toEpochMilli(),
                message.deliveries(),
                message.generation(),
                MessageCodec.encode(message.enqueued(), message.message()));
    }

    static long depth(Sql sql, IdentityId id) throws SQLException {
        return sql.number("SELECT count(*) FROM cloud_messages" + OF_QUEUE, id.deviceId(), module(id));
    }

    /** Those that nobody holds, in their order. */
    static List<CloudMessage> free(Sql sql, IdentityId id, int limit) throws SQLException {
        return sql.list(
                CloudMessageTable::message,
                "SELECT * FROM cloud_messages" + OF_QUEUE + "AND locked_until = 0 ORDER BY sequence LIMIT ?",
                id.deviceId(),
                module(id),
                limit);
    }

    /** All of a queue; there are at most {@link CloudMessages#MAX_DEPTH}. */
    static List<CloudMessage> all(Sql sql, IdentityId id) throws SQLException {
        return sql.list(
                CloudMessageTable::message,
                "SELECT * FROM cloud_messages" + OF_QUEUE + "ORDER BY sequence",
                id.deviceId(),
                module(id));
    }

    static Optional<CloudMessage> locked(Sql sql, IdentityId id, String token, Instant now) throws SQLException {
        return sql.one(
                CloudMessageTable::message,
                "SELECT * FROM cloud_messages" + OF_QUEUE + "AND lock_token = ? AND locked_until > ?",
                id.deviceId(),
                module(id),
                token,
                now.toEpochMilli());
    }

    /** Those that sessions hold. */
    static List<CloudMessage> heldBySessions(Sql sql) throws SQLException {
        return sql.list(
                CloudMessageTable::message,
                "SELECT * FROM cloud_messages WHERE locked_until > 0 AND lock_token LIKE ?",
                CloudMessages.Holder.SESSION.prefix() + "%");
    }

    /** Those whose lock has run out. */
    static List<CloudMessage> lost(Sql sql, Instant now, int limit) throws SQLException {
        return sql.list(
                CloudMessageTable::message,
                "SELECT * FROM cloud_messages WHERE locked_until BETWEEN 1 AND ? LIMIT ?",
                now.toEpochMilli(),
                limit);
    }

    /** Those that nobody holds and whose time is over. */
    static List<CloudMessage> expired(Sql sql, Instant now, int limit) throws SQLException {
        return sql.list(
                CloudMessageTable::message,
                "SELECT * FROM cloud_messages WHERE expires <= ? AND locked_until = 0 LIMIT ?",
                now.toEpochMilli(),
                limit);
    }

    static void lock(Sql sql, CloudMessage message, String token, Instant until) throws SQLException {
        sql.run(
                "UPDATE cloud_messages SET lock_token = ?, locked_until = ?" + OF_QUEUE + "AND sequence = ?",
                token,
                until.toEpochMilli(),
                message.target().deviceId(),
                module(message.target()),
                message.sequence());
    }

    /** Gives it back to the queue, once more delivered. */
    static void unlock(Sql sql, CloudMessage message) throws SQLException {
        sql.run(
                "UPDATE cloud_messages SET lock_token = '', locked_until = 0, deliveries = deliveries + 1" + OF_QUEUE
                        + "AND sequence = ?",
                message.target().deviceId(),
                module(message.target()),
                message.sequence());
    }

    static void delete(Sql sql, CloudMessage message) throws SQLException {
        sql.run(
                "DELETE FROM cloud_messages" + OF_QUEUE + "AND sequence = ?",
                message.target().deviceId(),
                module(message.target()),
                message.sequence());
    }

    /** When the next lock runs out or the next free message expires; {@link Instant#MAX} for never. */
    static Instant due(Sql sql) throws SQLException {
        long due = sql.number("""
                SELECT min(
                  coalesce((SELECT min(locked_until) FROM cloud_messages WHERE locked_until > 0), 9223372036854775807),
                  coalesce((SELECT min(expires) FROM cloud_messages WHERE locked_until = 0), 9223372036854775807))""");
        return due == Long.MAX_VALUE ? Instant.MAX : Instant.ofEpochMilli(due);
    }

    static String module(IdentityId id) {
        return id.moduleId() == null ? "" : id.moduleId();
    }

    private static CloudMessage message(ResultSet row) throws SQLException {
        String module = row.getString("module_id");
        IdentityId target = new IdentityId(row.getString("device_id"), module.isEmpty() ? null : module);
        long sequence = row.getLong("sequence");
        try {
            StoredMessage stored = MessageCodec.decode(row.getBytes("message"));
            return new CloudMessage(
                    target,
                    sequence,
                    stored.enqueued(),
                    Instant.ofEpochMilli(row.getLong("expires")),
                    row.getInt("deliveries"),
                    row.getString("generation"),
                    stored.message());
        } catch (IOException e) {
            throw new SQLException("message " + sequence + " to \"" + target + "\" is not readable", e);
        }
    }
}

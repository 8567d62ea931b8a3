package kant.iothub.sql;

import java.sql.SQLException;
import java.util.List;

/** The tables, and the steps from each version of them to the next. The version is SQLite's own {@code user_version}. */
final class Schema {
    /** Step n leads from version n to n + 1. A step, once released, never changes. */
    private static final List<List<String>> STEPS = List.of(registry(), cloudMessages(), configurations());

    private Schema() {}

    private static List<String> registry() {
        return List.of("""
            CREATE TABLE policies(
              name TEXT PRIMARY KEY,
              primary_key TEXT NOT NULL,
              secondary_key TEXT NOT NULL) WITHOUT ROWID""", """
            CREATE TABLE devices(
              id TEXT PRIMARY KEY,
              generation TEXT NOT NULL,
              etag TEXT NOT NULL,
              enabled INTEGER NOT NULL,
              status_reason TEXT,
              status_updated INTEGER NOT NULL,
              auth_type TEXT NOT NULL,
              auth_primary TEXT NOT NULL,
              auth_secondary TEXT NOT NULL,
              edge INTEGER NOT NULL,
              scope TEXT NOT NULL,
              parent_scopes TEXT NOT NULL) WITHOUT ROWID""", "CREATE INDEX devices_by_scope ON devices(scope)", """
            CREATE TABLE modules(
              device_id TEXT NOT NULL REFERENCES devices(id) ON DELETE CASCADE,
              id TEXT NOT NULL,
              generation TEXT NOT NULL,
              etag TEXT NOT NULL,
              auth_type TEXT NOT NULL,
              auth_primary TEXT NOT NULL,
              auth_secondary TEXT NOT NULL,
              managed_by TEXT NOT NULL,
              PRIMARY KEY(device_id, id)) WITHOUT ROWID""", """
            CREATE TABLE twins(
              device_id TEXT NOT NULL REFERENCES devices(id) ON DELETE CASCADE,
              module_id TEXT NOT NULL,
              version INTEGER NOT NULL,
              etag INTEGER NOT NULL,
              model_id TEXT NOT NULL,
              tags TEXT NOT NULL,
              desired TEXT NOT NULL,
              desired_metadata TEXT NOT NULL,
              desired_version INTEGER NOT NULL,
              reported TEXT NOT NULL,
              reported_metadata TEXT NOT NULL,
              reported_version INTEGER NOT NULL,
              PRIMARY KEY(device_id, module_id)) WITHOUT ROWID""");
    }

    /** Messages to devices wait in their queues with {@code locked_until} 0; what became of the others is in the counts. */
    private static List<String> cloudMessages() {
        return List.of(
                """
            CREATE TABLE cloud_queues(
              device_id TEXT NOT NULL REFERENCES devices(id) ON DELETE CASCADE,
              module_id TEXT NOT NULL,
              last_sequence INTEGER NOT NULL,
              completed INTEGER NOT NULL,
              rejected INTEGER NOT NULL,
              expired INTEGER NOT NULL,
              exceeded INTEGER NOT NULL,
              purged INTEGER NOT NULL,
              PRIMARY KEY(device_id, module_id)) WITHOUT ROWID""",
                """
            CREATE TABLE cloud_messages(
              device_id TEXT NOT NULL REFERENCES devices(id) ON DELETE CASCADE,
              module_id TEXT NOT NULL,
              sequence INTEGER NOT NULL,
              expires INTEGER NOT NULL,
              deliveries INTEGER NOT NULL,
              lock_token TEXT NOT NULL,
              locked_until INTEGER NOT NULL,
              generation TEXT NOT NULL,
              message BLOB NOT NULL,
              UNIQUE(device_id, module_id, sequence))""",
                "CREATE INDEX cloud_messages_by_expiry ON cloud_messages(expires)",
                "CREATE INDEX cloud_messages_by_lock ON cloud_messages(locked_until)",
                """
            CREATE TABLE feedback(
              sequence INTEGER PRIMARY KEY AUTOINCREMENT,
              enqueued INTEGER NOT NULL,
              expires INTEGER NOT NULL,
              deliveries INTEGER NOT NULL,
              record TEXT NOT NULL)""");
    }

    /**
     * Configurations, what became of them on each device, and devices that have to be looked at again. In {@code deployments}
     * stands what an automatic deployment last wrote to a device, and made of which configurations.
     */
    private static List<String> configurations() {
        return List.of("""
            CREATE TABLE configurations(
              id TEXT PRIMARY KEY,
              created INTEGER NOT NULL UNIQUE,
              updated INTEGER NOT NULL,
              version INTEGER NOT NULL,
              priority INTEGER NOT NULL,
              target_condition TEXT NOT NULL,
              base INTEGER NOT NULL,
              details TEXT NOT NULL,
              content TEXT NOT NULL) WITHOUT ROWID""", """
            CREATE TABLE configuration_states(
              device_id TEXT NOT NULL REFERENCES devices(id) ON DELETE CASCADE,
              configuration_id TEXT NOT NULL REFERENCES configurations(id) ON DELETE CASCADE,
              applied INTEGER NOT NULL,
              PRIMARY KEY(device_id, configuration_id)) WITHOUT ROWID""", """
            CREATE INDEX configuration_states_by_configuration
              ON configuration_states(configuration_id, device_id, applied)""", """
            CREATE TABLE deployments(
              device_id TEXT PRIMARY KEY REFERENCES devices(id) ON DELETE CASCADE,
              made_of TEXT NOT NULL,
              modules TEXT NOT NULL) WITHOUT ROWID""", """
            CREATE TABLE evaluations(
              device_id TEXT PRIMARY KEY REFERENCES devices(id) ON DELETE CASCADE,
              anew INTEGER NOT NULL) WITHOUT ROWID""");
    }

    /** Brings a database to the newest version, inside the caller's transaction. */
    static void migrate(Sql sql) throws SQLException {
        int version = Math.toIntExact(sql.number("PRAGMA user_version"));
        if (version > STEPS.size()) {
            throw new SQLException("it was written by a newer Kant (schema " + version + ", this one knows "
                    + STEPS.size() + "); use that one, or another data directory");
        }
        for (int step = version; step < STEPS.size(); step++) {
            for (String statement : STEPS.get(step)) {
                sql.run(statement);
            }
        }
        sql.run("PRAGMA user_version = " + STEPS.size());
    }
}

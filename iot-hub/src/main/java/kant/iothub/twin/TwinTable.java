package kant.iothub.twin;

import java.sql.ResultSet;
import java.sql.SQLException;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.Registered;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;

/** The rows of twins; the registry adds and removes them, here they are read and changed. */
final class TwinTable {
    private TwinTable() {}

    static TwinDocument require(Sql sql, IdentityId id) throws SQLException, HubRefusedException {
        var found = sql.one(
                TwinTable::document,
                "SELECT * FROM twins WHERE device_id = ? AND module_id = ?",
                id.deviceId(),
                moduleId(id));
        if (found.isEmpty()) {
            Registered.require(sql, id); // says which of device and module is missing
            throw new SQLException("\"" + id + "\" is registered and has no twin");
        }
        return found.get();
    }

    static void put(Sql sql, IdentityId id, TwinDocument twin) throws SQLException {
        sql.run(
                """
                UPDATE twins SET version = ?, etag = ?, model_id = ?, tags = ?,
                  desired = ?, desired_metadata = ?, desired_version = ?,
                  reported = ?, reported_metadata = ?, reported_version = ?
                WHERE device_id = ? AND module_id = ?""",
                twin.version(),
                twin.changes(),
                twin.modelId(),
                Json.text(twin.tags()),
                Json.text(twin.desired().values()),
                Json.text(twin.desired().metadata()),
                twin.desired().version(),
                Json.text(twin.reported().values()),
                Json.text(twin.reported().metadata()),
                twin.reported().version(),
                id.deviceId(),
                moduleId(id));
    }

    private static TwinDocument document(ResultSet row) throws SQLException {
        return new TwinDocument(
                row.getLong("version"),
                row.getLong("etag"),
                row.getString("model_id"),
                Json.stored(row.getString("tags")),
                section(row, "desired"),
                section(row, "reported"));
    }

    private static TwinSection section(ResultSet row, String name) throws SQLException {
        return new TwinSection(
                Json.stored(row.getString(name)),
                Json.stored(row.getString(name + "_metadata")),
                row.getLong(name + "_version"));
    }

    private static String moduleId(IdentityId id) {
        return id.moduleId() == null ? "" : id.moduleId();
    }
}

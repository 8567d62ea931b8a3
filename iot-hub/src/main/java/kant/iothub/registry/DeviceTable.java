package kant.iothub.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.sql.Sql;
import org.jspecify.annotations.Nullable;

/** The rows of devices. */
public final class DeviceTable {
    private DeviceTable() {}

    public static Optional<Device> find(Sql sql, String deviceId) throws SQLException {
        return sql.one(DeviceTable::device, "SELECT * FROM devices WHERE id = ?", deviceId);
    }

    /** The device, or IoT Hub's refusal for one that is missing. */
    public static Device require(Sql sql, String deviceId) throws SQLException, HubRefusedException {
        return find(sql, deviceId)
                .orElseThrow(() -> new HubRefusedException(
                        ErrorCode.DEVICE_NOT_FOUND, "device \"" + deviceId + "\" is not registered"));
    }

    /**
     * Devices in the order of their ids, beginning behind one (empty for the first).
     *
     * @param only the one device to look for, null for all
     */
    public static List<Device> list(Sql sql, @Nullable String only, String after, int limit) throws SQLException {
        return sql.list(
                DeviceTable::device,
                "SELECT * FROM devices WHERE id > ? AND id = coalesce(?, id) ORDER BY id LIMIT ?",
                after,
                only,
                limit);
    }

    /** Devices that open or are in a scope, in the order of their ids. */
    static List<Device> inScope(Sql sql, String scope, String after, int limit) throws SQLException {
        return sql.list(
                DeviceTable::device,
                "SELECT * FROM devices WHERE scope = ? AND id > ? ORDER BY id LIMIT ?",
                scope,
                after,
                limit);
    }

    /** Devices that open a scope, are in it, or are edge devices right below it, in the order of their ids. */
    static List<Device> inOrBelow(Sql sql, String scope, String after, int limit) throws SQLException {
        return sql.list(
                DeviceTable::device,
                "SELECT * FROM devices WHERE (scope = ? OR instr(parent_scopes, ?) > 0) AND id > ? ORDER BY id LIMIT ?",
                scope,
                '"' + scope + '"',
                after,
                limit);
    }

    /** The edge device that opens a scope. */
    static Optional<Device> opener(Sql sql, String scope) throws SQLException {
        return sql.one(DeviceTable::device, "SELECT * FROM devices WHERE scope = ? AND edge = 1", scope);
    }

    static void put(Sql sql, Device device) throws SQLException {
        sql.run(
                """
                INSERT INTO devices VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(id) DO UPDATE SET generation = excluded.generation, etag = excluded.etag,
                  enabled = excluded.enabled, status_reason = excluded.status_reason,
                  status_updated = excluded.status_updated, auth_type = excluded.auth_type,
                  auth_primary = excluded.auth_primary, auth_secondary = excluded.auth_secondary,
                  edge = excluded.edge, scope = excluded.scope, parent_scopes = excluded.parent_scopes""",
                device.id(),
                device.generationId(),
                device.etag(),
                device.enabled() ? 1 : 0,
                device.statusReason(),
                device.statusUpdated().toEpochMilli(),
                device.authentication().type().name(),
                device.authentication().primary(),
                device.authentication().secondary(),
                device.edge() ? 1 : 0,
                device.scope(),
                scopesText(device.parentScopes()));
    }

    static void delete(Sql sql, String deviceId) throws SQLException {
        sql.run("DELETE FROM devices WHERE id = ?", deviceId);
    }

    private static Device device(ResultSet row) throws SQLException {
        return new Device(
                row.getString("id"),
                row.getString("generation"),
                row.getString("etag"),
                row.getInt("enabled") == 1,
                row.getString("status_reason"),
                Instant.ofEpochMilli(row.getLong("status_updated")),
                ModuleTable.authentication(row),
                row.getInt("edge") == 1,
                row.getString("scope"),
                scopes(row.getString("parent_scopes")));
    }

    private static String scopesText(List<String> scopes) {
        ObjectNode json = Json.object();
        var array = json.putArray("scopes");
        scopes.forEach(array::add);
        return Json.text(json);
    }

    private static List<String> scopes(String text) {
        List<String> scopes = new ArrayList<>();
        Json.stored(text).path("scopes").forEach(scope -> scopes.add(scope.textValue()));
        return scopes;
    }
}

package kant.iothub.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/** The rows of modules. */
public final class ModuleTable {
    private ModuleTable() {}

    public static Optional<Module> find(Sql sql, IdentityId id) throws SQLException {
        return sql.one(
                ModuleTable::module,
                "SELECT * FROM modules WHERE device_id = ? AND id = ?",
                id.deviceId(),
                moduleId(id));
    }

    /** The module, or IoT Hub's refusal for one that is missing, or whose device is. */
    public static Module require(Sql sql, IdentityId id) throws SQLException, HubRefusedException {
        Optional<Module> module = find(sql, id);
        if (module.isEmpty()) {
            DeviceTable.require(sql, id.deviceId());
            throw new HubRefusedException(
                    ErrorCode.MODULE_NOT_FOUND,
                    "device \"" + id.deviceId() + "\" has no module \"" + id.moduleId() + "\"");
        }
        return module.get();
    }

    /** A device's modules in the order of their ids; there are at most {@link Registry#MAX_MODULES}. */
    public static List<Module> ofDevice(Sql sql, String deviceId) throws SQLException {
        return sql.list(ModuleTable::module, "SELECT * FROM modules WHERE device_id = ? ORDER BY id", deviceId);
    }

    /**
     * Modules in the order of their device and id, beginning behind one (both empty for the first).
     *
     * @param deviceId of this device only, null for all
     * @param moduleId of this name only, null for all
     */
    public static List<Module> list(
            Sql sql,
            @Nullable String deviceId,
            @Nullable String moduleId,
            String afterDevice,
            String afterModule,
            int limit)
            throws SQLException {
        return sql.list(ModuleTable::module, """
                SELECT * FROM modules
                WHERE (device_id, id) > (?, ?) AND device_id = coalesce(?, device_id) AND id = coalesce(?, id)
                ORDER BY device_id, id LIMIT ?""", afterDevice, afterModule, deviceId, moduleId, limit);
    }

    static void put(Sql sql, Module module) throws SQLException {
        sql.run(
                """
                INSERT INTO modules VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT(device_id, id) DO UPDATE SET generation = excluded.generation, etag = excluded.etag,
                  auth_type = excluded.auth_type, auth_primary = excluded.auth_primary,
                  auth_secondary = excluded.auth_secondary, managed_by = excluded.managed_by""",
                module.id().deviceId(),
                moduleId(module.id()),
                module.generationId(),
                module.etag(),
                module.authentication().type().name(),
                module.authentication().primary(),
                module.authentication().secondary(),
                module.managedBy());
    }

    static void delete(Sql sql, IdentityId id) throws SQLException {
        sql.run("DELETE FROM modules WHERE device_id = ? AND id = ?", id.deviceId(), moduleId(id));
        for (String table : List.of("twins", "cloud_messages", "cloud_queues")) {
            sql.run("DELETE FROM " + table + " WHERE device_id = ? AND module_id = ?", id.deviceId(), moduleId(id));
        }
    }

    static Authentication authentication(ResultSet row) throws SQLException {
        return new Authentication(
                Authentication.Type.valueOf(row.getString("auth_type")),
                row.getString("auth_primary"),
                row.getString("auth_secondary"));
    }

    private static Module module(ResultSet row) throws SQLException {
        return new Module(
                IdentityId.module(row.getString("device_id"), row.getString("id")),
                row.getString("generation"),
                row.getString("etag"),
                authentication(row),
                row.getString("managed_by"));
    }

    private static String moduleId(IdentityId id) {
        if (id.moduleId() == null) {
            throw new IllegalArgumentException(id + " is not a module");
        }
        return id.moduleId();
    }
}

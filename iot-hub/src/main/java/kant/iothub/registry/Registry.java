package kant.iothub.registry;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;

/** The registry's verbs. Each is one transaction; each write is on disk when it returns. */
public final class Registry {
    /** IoT Hub's own limit, {@code $edgeAgent} and {@code $edgeHub} included (agent.md §1.5). */
    public static final int MAX_MODULES = 50;

    private final Database database;
    private final IdentityMaker maker;
    private final RegistryListener listener;
    private final EvaluationQueue evaluations;
    private final int modulesPerDevice;

    /** With IoT Hub's own limit. */
    public Registry(Database database, IdentityMaker maker, RegistryListener listener, EvaluationQueue evaluations) {
        this(database, maker, listener, evaluations, MAX_MODULES);
    }

    public Registry(
            Database database,
            IdentityMaker maker,
            RegistryListener listener,
            EvaluationQueue evaluations,
            int modulesPerDevice) {
        this.database = database;
        this.maker = maker;
        this.listener = listener;
        this.evaluations = evaluations;
        this.modulesPerDevice = modulesPerDevice;
    }

    public Optional<Registered> find(IdentityId id) throws IOException, HubRefusedException {
        return database.read(sql -> Registered.find(sql, id));
    }

    /** The target of a chain whose links hold, or a refusal. */
    public Registered target(AuthChain chain) throws IOException, HubRefusedException {
        return database.read(chain::check);
    }

    public Device device(String deviceId) throws IOException, HubRefusedException {
        return database.read(sql -> DeviceTable.require(sql, deviceId));
    }

    /** The first devices in the order of their ids. */
    public List<Device> devices(int limit) throws IOException, HubRefusedException {
        return database.read(sql -> DeviceTable.list(sql, null, "", limit));
    }

    public Module module(IdentityId id) throws IOException, HubRefusedException {
        return database.read(sql -> ModuleTable.require(sql, id));
    }

    public List<Module> modules(String deviceId) throws IOException, HubRefusedException {
        return database.read(sql -> {
            DeviceTable.require(sql, deviceId);
            return ModuleTable.ofDevice(sql, deviceId);
        });
    }

    /** How many devices there are. */
    public Counts counts() throws IOException, HubRefusedException {
        return database.read(sql -> new Counts(
                sql.number("SELECT count(*) FROM devices"),
                sql.number("SELECT count(*) FROM devices WHERE enabled = 1")));
    }

    /** Creates a device, or with {@code If-Match} updates the one that is there. */
    public Device putDevice(String deviceId, IfMatch match, DeviceDraft draft) throws IOException, HubRefusedException {
        Changed<Device> changed = database.write(
                sql -> match instanceof IfMatch.Absent
                        ? createDevice(sql, deviceId, draft)
                        : updateDevice(sql, deviceId, match, draft),
                this::tell);
        return changed.value();
    }

    /** Removes a device with its modules and their twins; devices in its scope are in no scope afterwards. */
    public void deleteDevice(String deviceId, IfMatch match) throws IOException, HubRefusedException {
        match.require("deleting device \"" + deviceId + "\"");
        database.write(
                sql -> {
                    Device device = DeviceTable.require(sql, deviceId);
                    match.check(device.etag(), "device \"" + deviceId + "\"");
                    DeviceTable.delete(sql, deviceId);
                    if (device.edge()) {
                        ScopeTable.forget(sql, device.scope());
                    }
                    return IdentityId.device(deviceId);
                },
                listener::removed);
    }

    /** Creates a module, or with {@code If-Match} updates the one that is there. */
    public Module putModule(IdentityId id, IfMatch match, ModuleDraft draft) throws IOException, HubRefusedException {
        Changed<Module> changed = database.write(
                sql -> match instanceof IfMatch.Absent
                        ? createEvaluatedModule(sql, id, draft)
                        : updateModule(sql, id, match, draft),
                this::tell);
        return changed.value();
    }

    public void deleteModule(IdentityId id, IfMatch match) throws IOException, HubRefusedException {
        match.require("deleting module \"" + id + "\"");
        database.write(
                sql -> {
                    match.check(ModuleTable.require(sql, id).etag(), "module \"" + id + "\"");
                    ModuleTable.delete(sql, id);
                    return id;
                },
                listener::removed);
    }

    /** Creates a module without keys where it is missing; for a deployment's transaction. */
    public void ensureModule(Sql sql, IdentityId id) throws SQLException, HubRefusedException {
        if (ModuleTable.find(sql, id).isEmpty()) {
            createModule(sql, id, ModuleDraft.pending());
        }
    }

    private Changed<Device> createDevice(Sql sql, String deviceId, DeviceDraft draft)
            throws SQLException, HubRefusedException {
        IdentityId id = Names.checked(IdentityId.device(deviceId));
        if (DeviceTable.find(sql, deviceId).isPresent()) {
            throw new HubRefusedException(
                    ErrorCode.DEVICE_EXISTS,
                    "device \"" + deviceId + "\" is already registered; send If-Match: * to update it");
        }
        Device device = maker.newDevice(deviceId, draft);
        ScopeTable.check(sql, device);
        DeviceTable.put(sql, device);
        addTwin(sql, id);
        if (device.edge()) {
            createModule(sql, IdentityId.module(deviceId, IdentityId.EDGE_AGENT), ModuleDraft.pending());
            createModule(sql, IdentityId.module(deviceId, IdentityId.EDGE_HUB), ModuleDraft.pending());
            evaluations.note(sql, deviceId);
        }
        return new Changed<>(device, id, false, false);
    }

    private Changed<Device> updateDevice(Sql sql, String deviceId, IfMatch match, DeviceDraft draft)
            throws SQLException, HubRefusedException {
        Device before = DeviceTable.require(sql, deviceId);
        match.check(before.etag(), "device \"" + deviceId + "\"");
        Device device = maker.changed(before, draft);
        ScopeTable.check(sql, device);
        DeviceTable.put(sql, device);
        evaluations.note(sql, deviceId);
        boolean credentials =
                device.enabled() != before.enabled() || !device.authentication().equals(before.authentication());
        boolean moved = !device.parentScopes().equals(before.parentScopes());
        return new Changed<>(device, IdentityId.device(deviceId), credentials, moved);
    }

    /** A deployment may have something for it. */
    private Changed<Module> createEvaluatedModule(Sql sql, IdentityId id, ModuleDraft draft)
            throws SQLException, HubRefusedException {
        Changed<Module> created = createModule(sql, id, draft);
        evaluations.noteAnew(sql, id.deviceId());
        return created;
    }

    private Changed<Module> createModule(Sql sql, IdentityId id, ModuleDraft draft)
            throws SQLException, HubRefusedException {
        Names.checked(id);
        DeviceTable.require(sql, id.deviceId());
        if (ModuleTable.find(sql, id).isPresent()) {
            throw new HubRefusedException(
                    ErrorCode.MODULE_EXISTS,
                    "module \"" + id + "\" is already registered; send If-Match: * to update it");
        }
        if (sql.number("SELECT count(*) FROM modules WHERE device_id = ?", id.deviceId()) >= modulesPerDevice) {
            throw new HubRefusedException(
                    ErrorCode.TOO_MANY_MODULES,
                    "device \"" + id.deviceId() + "\" has " + modulesPerDevice
                            + " modules, as many as it may; delete one first");
        }
        Module module = maker.newModule(id, draft);
        ModuleTable.put(sql, module);
        addTwin(sql, id);
        return new Changed<>(module, id, false, false);
    }

    private Changed<Module> updateModule(Sql sql, IdentityId id, IfMatch match, ModuleDraft draft)
            throws SQLException, HubRefusedException {
        Module before = ModuleTable.require(sql, id);
        match.check(before.etag(), "module \"" + id + "\"");
        Module module = maker.changed(before, draft);
        ModuleTable.put(sql, module);
        boolean credentials = !module.authentication().equals(before.authentication());
        return new Changed<>(module, id, credentials, false);
    }

    /** Every identity has a twin, from the first moment on; its versions begin at 1. */
    private static void addTwin(Sql sql, IdentityId id) throws SQLException {
        sql.run(
                "INSERT INTO twins VALUES (?, ?, 1, 1, '', '{}', '{}', '{}', 1, '{}', '{}', 1)",
                id.deviceId(),
                id.moduleId() == null ? "" : id.moduleId());
    }

    private void tell(Changed<?> changed) {
        if (changed.credentials()) {
            listener.credentialsChanged(changed.id());
        }
        if (changed.moved()) {
            listener.moved(changed.id());
        }
        evaluations.noted();
    }

    /** How many devices there are, and how many of them may connect. */
    public record Counts(long total, long enabled) {}

    private record Changed<T>(T value, IdentityId id, boolean credentials, boolean moved) {}
}

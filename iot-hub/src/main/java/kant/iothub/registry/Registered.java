package kant.iothub.registry;

import java.sql.SQLException;
import java.util.Optional;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/** A device, or a module with its device. */
public record Registered(Device device, @Nullable Module module) {

    public IdentityId id() {
        return module == null ? IdentityId.device(device.id()) : module.id();
    }

    public Authentication authentication() {
        return module == null ? device.authentication() : module.authentication();
    }

    public String generationId() {
        return module == null ? device.generationId() : module.generationId();
    }

    public String etag() {
        return module == null ? device.etag() : module.etag();
    }

    public static Optional<Registered> find(Sql sql, IdentityId id) throws SQLException {
        Optional<Device> device = DeviceTable.find(sql, id.deviceId());
        if (device.isEmpty() || !id.isModule()) {
            return device.map(d -> new Registered(d, null));
        }
        return ModuleTable.find(sql, id).map(m -> new Registered(device.get(), m));
    }

    /** The identity, or IoT Hub's refusal for a device or module that is missing. */
    public static Registered require(Sql sql, IdentityId id) throws SQLException, HubRefusedException {
        Device device = DeviceTable.require(sql, id.deviceId());
        return new Registered(device, id.isModule() ? ModuleTable.require(sql, id) : null);
    }
}

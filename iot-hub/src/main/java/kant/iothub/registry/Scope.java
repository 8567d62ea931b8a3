package kant.iothub.registry;

import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/** What an edge device's hub may know: itself and the leaf devices in its scope, with their modules and keys (§4.4, flat). */
public final class Scope {
    private final Database database;

    public Scope(Database database) {
        this.database = database;
    }

    /**
     * One page of the scope, devices in the order of their ids.
     *
     * @param after the last device id of the page before, empty for the first page
     */
    public Page list(String edgeId, String after, int limit) throws IOException, HubRefusedException {
        return database.read(sql -> {
            List<Device> devices = DeviceTable.inScope(sql, edge(sql, edgeId).scope(), after, limit + 1);
            boolean more = devices.size() > limit;
            List<Device> page = more ? devices.subList(0, limit) : devices;
            List<Module> modules = new ArrayList<>();
            for (Device device : page) {
                modules.addAll(ModuleTable.ofDevice(sql, device.id()));
            }
            return new Page(page, modules, more ? page.getLast().id() : null);
        });
    }

    /** One identity of the scope, a module with its device; refused where it is not registered or not in the scope. */
    public Page one(String edgeId, IdentityId target) throws IOException, HubRefusedException {
        return database.read(sql -> {
            Device edge = edge(sql, edgeId);
            Registered found = Registered.require(sql, target);
            if (!found.device().scope().equals(edge.scope())) {
                throw new HubRefusedException(
                        ErrorCode.UNAUTHORIZED,
                        "\"" + target + "\" is not in the scope of edge device \"" + edgeId + "\"");
            }
            List<Module> modules = found.module() == null ? List.of() : List.of(found.module());
            return new Page(List.of(found.device()), modules, null);
        });
    }

    private static Device edge(Sql sql, String edgeId) throws SQLException, HubRefusedException {
        return Optional.of(DeviceTable.require(sql, edgeId))
                .filter(Device::edge)
                .orElseThrow(() -> new HubRefusedException(
                        ErrorCode.UNAUTHORIZED, "device \"" + edgeId + "\" is not an edge device and has no scope"));
    }

    /** @param next where the following page begins, null for the last page */
    public record Page(
            List<Device> devices,
            List<Module> modules,
            @Nullable String next) {}
}

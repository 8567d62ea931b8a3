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

/**
 * What an edge device's hub may know, with modules and keys (reference/device-protocols.md §4.4): itself and the leaf devices in
 * its scope; and on behalf of an edge device below it, the same of that one, with the edge devices below that one.
 */
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
            String scope = edge(sql, edgeId).scope();
            return page(sql, DeviceTable.inScope(sql, scope, after, limit + 1), limit);
        });
    }

    /** One page of what the target of a chain may know; the chain must hold. */
    public Page list(AuthChain chain, String after, int limit) throws IOException, HubRefusedException {
        return database.read(sql -> {
            String scope = edge(sql, chain.check(sql).device().id()).scope();
            return page(sql, DeviceTable.inOrBelow(sql, scope, after, limit + 1), limit);
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
            return page(found);
        });
    }

    /** One identity that the target of a chain may know, or that target itself; the chain must hold. */
    public Page one(AuthChain chain, IdentityId target) throws IOException, HubRefusedException {
        return database.read(sql -> {
            Device head = chain.check(sql).device();
            Registered found = Registered.require(sql, target);
            boolean itself = found.device().id().equals(head.id());
            if (!itself && !(head.edge() && found.device().parentScopes().contains(head.scope()))) {
                throw new HubRefusedException(
                        ErrorCode.UNAUTHORIZED, "\"" + target + "\" is not below device \"" + head.id() + "\"");
            }
            return page(found);
        });
    }

    private static Page page(Sql sql, List<Device> found, int limit) throws SQLException {
        boolean more = found.size() > limit;
        List<Device> page = more ? found.subList(0, limit) : found;
        List<Module> modules = new ArrayList<>();
        for (Device device : page) {
            modules.addAll(ModuleTable.ofDevice(sql, device.id()));
        }
        return new Page(page, modules, more ? page.getLast().id() : null);
    }

    private static Page page(Registered found) {
        return new Page(List.of(found.device()), found.module() == null ? List.of() : List.of(found.module()), null);
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

package kant.iothub.registry;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.sql.Sql;
import kant.model.identity.IdentityId;

/**
 * The way from an identity up to the edge device that acts for it (reference/device-protocols.md §2.7).
 *
 * @param target whom it is about: a device or a module
 * @param devices the target's device, the edge devices above it, last the acting one; at least one
 */
public record AuthChain(IdentityId target, List<IdentityId> devices) {
    /** Five levels of edge devices, and one for a leaf. */
    private static final int MAX_DEVICES = 6;

    public AuthChain {
        devices = List.copyOf(devices);
    }

    /** Reads {@code target;parent;…;actor}. */
    public static AuthChain parse(String text) throws HubRefusedException {
        List<IdentityId> ids = new ArrayList<>();
        for (String id : text.split(";", MAX_DEVICES + 2)) {
            try {
                ids.add(IdentityId.parse(id.strip()));
            } catch (IllegalArgumentException _) {
                throw new HubRefusedException(
                        ErrorCode.ARGUMENT_INVALID,
                        "authChain \"" + text + "\" is not target;parent;…;actor with ids of devices");
            }
        }
        return of(ids);
    }

    /** A module's chain may name its device behind it, or leave it out. */
    public static AuthChain of(List<IdentityId> ids) throws HubRefusedException {
        IdentityId target = ids.getFirst();
        List<IdentityId> devices = new ArrayList<>(List.of(target.device()));
        devices.addAll(ids.subList(
                target.isModule() && ids.size() > 1 && ids.get(1).equals(target.device()) ? 2 : 1, ids.size()));
        if (devices.size() > MAX_DEVICES || devices.stream().anyMatch(IdentityId::isModule)) {
            throw unauthorized("auth chain " + ids + " must have at most " + MAX_DEVICES
                    + " devices, and a module in the first place only");
        }
        return new AuthChain(target, devices);
    }

    /** The edge device that acts. */
    public IdentityId actor() {
        return devices.getLast();
    }

    /** Whose token proves the acting. */
    public IdentityId actorHub() {
        return IdentityId.module(actor().deviceId(), IdentityId.EDGE_HUB);
    }

    /** The target, where every device of the chain is enabled and registered below the next one; else a refusal. */
    public Registered check(Sql sql) throws SQLException, HubRefusedException {
        Registered found =
                Registered.find(sql, target).orElseThrow(() -> unauthorized("\"" + target + "\" is not registered"));
        Device below = enabled(found.device());
        for (IdentityId id : devices.subList(1, devices.size())) {
            Device above = enabled(DeviceTable.find(sql, id.deviceId())
                    .orElseThrow(() -> unauthorized("device \"" + id + "\" of the auth chain is not registered")));
            if (!above.edge() || !below.parentScopes().contains(above.scope())) {
                throw unauthorized("device \"" + below.id() + "\" is not below edge device \"" + above.id()
                        + "\"; set its parentScopes to the deviceScope of that one");
            }
            below = above;
        }
        return found;
    }

    private static Device enabled(Device device) throws HubRefusedException {
        if (!device.enabled()) {
            throw unauthorized("device \"" + device.id() + "\" is disabled");
        }
        return device;
    }

    private static HubRefusedException unauthorized(String reason) {
        return new HubRefusedException(ErrorCode.UNAUTHORIZED, reason);
    }
}

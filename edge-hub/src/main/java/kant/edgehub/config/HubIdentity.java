package kant.edgehub.config;

import kant.model.identity.IdentityId;

/**
 * Who this hub is.
 *
 * @param id {@code <device>/$edgeHub}
 * @param generationId of the module identity, part of the workload API's paths; empty without a workload API
 * @param iotHub the IoT hub's host name, which clients write in their tokens
 * @param gateway the name that clients below dial, and that the server certificate proves
 */
public record HubIdentity(IdentityId id, String generationId, String iotHub, String gateway) {

    public String deviceId() {
        return id.deviceId();
    }
}

package kant.iothub.registry;

import kant.model.identity.IdentityId;

/**
 * A module as the registry knows it.
 *
 * @param managedBy {@code IotEdge} for those that a deployment or an edge daemon made, else empty
 */
public record Module(IdentityId id, String generationId, String etag, Authentication authentication, String managedBy) {

    /** What the agent compares {@link #managedBy} with before it deletes an identity (agent.md §4.2). */
    public static final String MANAGED_BY_EDGE = "IotEdge";
}

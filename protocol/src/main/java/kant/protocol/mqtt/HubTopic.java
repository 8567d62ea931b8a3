package kant.protocol.mqtt;

import java.util.OptionalLong;
import kant.model.identity.IdentityId;

/** What a hub's PUBLISH is for, read from its topic (reference/device-protocols.md §1.6). */
public sealed interface HubTopic {

    /** A cloud-to-device message. */
    record CloudToDevice(IdentityId identity, PropertyBag bag) implements HubTopic {}

    /** A message for a module's input. */
    record Input(IdentityId identity, String input, PropertyBag bag) implements HubTopic {}

    /** A direct method call. */
    record Method(String name, String requestId) implements HubTopic {}

    /**
     * The answer to a twin request.
     *
     * @param version the new reported version after a patch, where the hub says it
     */
    record TwinReply(int status, String requestId, OptionalLong version) implements HubTopic {}

    /** Desired properties changed. */
    record Desired(OptionalLong version) implements HubTopic {}
}

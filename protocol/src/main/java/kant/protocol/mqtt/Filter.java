package kant.protocol.mqtt;

import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.protocol.head.ProtocolViolation;

/** What a client's topic filter asks for (device-protocols.md §1.6). */
sealed interface Filter {

    /**
     * One of the hub's features.
     *
     * @param prefix how the client spells the front of the topics it wants; empty where topics carry no id
     */
    record Of(Feature feature, String prefix) implements Filter {}

    /** Answers to twin requests. */
    record TwinReplies() implements Filter {}

    /** Nothing that a hub sends: granted and without effect, as in the original. */
    record Nothing() implements Filter {}

    /** What belongs to another identity. */
    record Foreign() implements Filter {}

    static Filter read(String filter, IdentityId client) {
        if (filter.equals(Topics.TWIN_REPLIES)) {
            return new TwinReplies();
        }
        if (filter.startsWith("$iothub/methods/POST/")) {
            return new Of(Feature.METHODS, "");
        }
        if (filter.startsWith("$iothub/twin/PATCH/properties/desired/")) {
            return new Of(Feature.DESIRED, "");
        }
        return filter.startsWith("devices/") ? ofDevice(filter, client) : new Nothing();
    }

    private static Filter ofDevice(String filter, IdentityId client) {
        Address address;
        try {
            address = Address.read(filter);
        } catch (ProtocolViolation _) {
            return new Nothing(); // names nobody, so it can match nobody's topics
        }
        if (!address.names(client)) {
            return new Foreign();
        }
        String prefix = filter.substring(0, address.end());
        return switch (filter.substring(address.end())) {
            case "messages/devicebound/#" -> new Of(Feature.CLOUD_TO_DEVICE, prefix);
            case "inputs/#", "#" -> client.isModule() ? new Of(Feature.INPUTS, prefix) : new Nothing();
            default -> new Nothing();
        };
    }
}

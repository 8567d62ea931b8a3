package kant.protocol.amqp;

import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Feature;
import kant.protocol.amqp.wire.Address;
import org.jspecify.annotations.Nullable;

/** What a client's link is for; it has at most one of each kind. */
enum LinkKind {
    TELEMETRY(null),
    INPUTS(Feature.INPUTS),
    CLOUD_TO_DEVICE(Feature.CLOUD_TO_DEVICE),
    METHOD_CALLS(Feature.METHODS),
    METHOD_ANSWERS(null),
    TWIN_REPLIES(Feature.DESIRED),
    TWIN_REQUESTS(null);

    private final @Nullable Feature feature;

    LinkKind(@Nullable Feature feature) {
        this.feature = feature;
    }

    /** What a client subscribes to by opening the link, null for nothing. */
    @Nullable
    Feature feature() {
        return feature;
    }

    /** @param clientReceives whether the client wants messages from the address, instead of sending to it */
    static LinkKind of(Address address, boolean clientReceives) throws RefusedException {
        return switch (address.kind()) {
            case EVENTS -> clientReceives ? inputs(address) : TELEMETRY;
            case DEVICE_BOUND -> {
                if (!clientReceives) {
                    throw new RefusedException(new Refusal.Unauthorized(
                            "only a service application sends to devices, at /messages/devicebound"));
                }
                yield CLOUD_TO_DEVICE;
            }
            case METHODS -> clientReceives ? METHOD_CALLS : METHOD_ANSWERS;
            case TWIN -> clientReceives ? TWIN_REPLIES : TWIN_REQUESTS;
            case CBS, SERVICE_DEVICE_BOUND, FEEDBACK -> throw new IllegalArgumentException("no client's: " + address);
        };
    }

    private static LinkKind inputs(Address address) throws RefusedException {
        if (address.identity() == null || !address.identity().isModule()) {
            throw new RefusedException(new Refusal.Invalid("a device has no inputs, only a module has"));
        }
        return INPUTS;
    }
}

package kant.protocol.amqp.wire;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks of its twin (device-protocols.md §3.4).
 *
 * @param correlationId to be sent back as it is, in value and type; null where no answer can be told apart
 * @param payload the reported properties of a patch, else nothing or a blank
 */
public record TwinRequest(Operation operation, @Nullable Object correlationId, byte[] payload) {

    /** What can be asked. */
    public enum Operation {
        /** The whole twin. */
        GET,
        /** Merge reported properties. */
        PATCH,
        /** Tell changes of desired properties from now on. */
        PUT,
        /** Tell them no longer. */
        DELETE
    }

    public Sections write() {
        Map<String, Object> annotations = new LinkedHashMap<>();
        annotations.put(WireNames.TWIN_OPERATION, operation.name());
        switch (operation) {
            case GET -> {}
            case PATCH -> annotations.put(WireNames.TWIN_RESOURCE, WireNames.REPORTED);
            case PUT, DELETE -> annotations.put(WireNames.TWIN_RESOURCE, WireNames.DESIRED_NOTIFICATIONS);
        }
        return Sections.of(MessageProperties.correlated(correlationId), annotations, Map.of(), payload);
    }

    public static TwinRequest read(Sections message) throws MalformedMessage {
        String operation = message.annotation(WireNames.TWIN_OPERATION);
        if (operation == null) {
            throw new MalformedMessage("a twin request has no annotation \"" + WireNames.TWIN_OPERATION + "\"");
        }
        try {
            return new TwinRequest(
                    Operation.valueOf(operation.toUpperCase(Locale.ROOT)),
                    message.properties().correlationId(),
                    message.body());
        } catch (IllegalArgumentException _) {
            throw new MalformedMessage("unknown twin operation; there are GET, PATCH, PUT and DELETE");
        }
    }
}

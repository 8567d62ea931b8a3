package kant.protocol.amqp.wire;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a hub sends on a twin link: the answer to a request, or, without a correlation id, a change of desired properties
 * (device-protocols.md §3.4).
 *
 * @param correlationId the request's, value and type; null for a change
 * @param status 200, 204, or an HTTP-like error; 0 for a change
 * @param version of the reported properties after a patch, of the desired ones with a change
 * @param payload the twin, the change, or nothing
 */
public record TwinReply(@Nullable Object correlationId, int status, OptionalLong version, byte[] payload) {

    /** A change of desired properties; its JSON carries {@code $version} too. */
    public static TwinReply change(long version, byte[] payload) {
        return new TwinReply(null, 0, OptionalLong.of(version), payload);
    }

    public boolean isChange() {
        return correlationId == null;
    }

    public Sections write() {
        Map<String, Object> annotations = new LinkedHashMap<>();
        if (isChange()) {
            annotations.put(WireNames.TWIN_RESOURCE, WireNames.DESIRED_NOTIFICATIONS);
        } else {
            annotations.put(WireNames.TWIN_STATUS, status); // an int: C# takes nothing else
        }
        version.ifPresent(number -> annotations.put(WireNames.TWIN_VERSION, number)); // a long: C takes nothing else
        return Sections.of(MessageProperties.correlated(correlationId), annotations, Map.of(), payload);
    }

    public static TwinReply read(Sections message) throws MalformedMessage {
        return new TwinReply(
                message.properties().correlationId(),
                message.annotations().get(WireNames.TWIN_STATUS) instanceof Number number ? number.intValue() : 0,
                message.annotations().get(WireNames.TWIN_VERSION) instanceof Number number
                        ? OptionalLong.of(number.longValue())
                        : OptionalLong.empty(),
                message.body());
    }
}

package kant.protocol.mqtt;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a client's PUBLISH is for, read from its topic (reference/device-protocols.md §1.5). */
public sealed interface ClientTopic {

    /** A telemetry message of the client, or its output where it is a module. */
    record Telemetry(PropertyBag bag) implements ClientTopic {}

    /** The client asks for its twin. */
    record TwinGet(String requestId) implements ClientTopic {}

    /**
     * The client changes its reported properties.
     *
     * @param requestId null where the client wants no answer
     * @param version the reported version that the client knows, which it may leave out
     */
    record TwinPatch(@Nullable String requestId, OptionalLong version) implements ClientTopic {}

    /** The client answers a direct method. */
    record MethodResponse(int status, String requestId) implements ClientTopic {}
}

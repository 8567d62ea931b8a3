package kant.iothub.method;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.model.twin.MethodCall;

/**
 * The call of a method (reference/device-protocols.md §1.9 for the limits).
 *
 * @param payload JSON, {@code null} where the caller gave none
 */
public record MethodRequest(String name, byte[] payload, Duration connectTimeout, Duration responseTimeout) {
    private static final int MAX_NAME = 100;
    private static final int MAX_PAYLOAD_BYTES = 128 * 1024;
    private static final int MIN_RESPONSE_SECONDS = 5;
    private static final int DEFAULT_RESPONSE_SECONDS = 30;
    private static final int MAX_SECONDS = 300;

    /** Reads the body {@code {methodName, responseTimeoutInSeconds, connectTimeoutInSeconds, payload}}. */
    public static MethodRequest parse(ObjectNode body) throws HubRefusedException {
        String name = Json.textMember(body, "methodName");
        JsonNode given = body.get("payload");
        return checked(new MethodRequest(
                name == null ? "" : name,
                Json.bytes(given == null ? body.nullNode() : given),
                seconds(body, "connectTimeoutInSeconds", 0, 0),
                seconds(body, "responseTimeoutInSeconds", DEFAULT_RESPONSE_SECONDS, MIN_RESPONSE_SECONDS)));
    }

    /** The call that a head has read. */
    public static MethodRequest of(MethodCall call, Duration connect) throws HubRefusedException {
        return checked(new MethodRequest(
                call.name(),
                call.payload(),
                checked("connect", connect, 0),
                checked("response", call.responseTimeout(), MIN_RESPONSE_SECONDS)));
    }

    private static MethodRequest checked(MethodRequest request) throws HubRefusedException {
        if (request.name().isBlank() || request.name().length() > MAX_NAME) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID, "methodName must have 1 to " + MAX_NAME + " characters");
        }
        if (request.payload().length > MAX_PAYLOAD_BYTES) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID,
                    "the payload has " + request.payload().length + " bytes, " + MAX_PAYLOAD_BYTES + " are allowed");
        }
        return request;
    }

    private static Duration checked(String which, Duration given, int least) throws HubRefusedException {
        if (given.toSeconds() < least || given.compareTo(Duration.ofSeconds(MAX_SECONDS)) > 0) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID,
                    which + "TimeoutInSeconds must be from " + least + " to " + MAX_SECONDS + ", not "
                            + given.toSeconds());
        }
        return given;
    }

    private static Duration seconds(ObjectNode body, String name, int usual, int least) throws HubRefusedException {
        JsonNode given = body.get(name);
        if (given == null || given.isNull()) {
            return Duration.ofSeconds(usual);
        }
        if (!given.canConvertToInt() || given.intValue() < least || given.intValue() > MAX_SECONDS) {
            throw new HubRefusedException(
                    ErrorCode.ARGUMENT_INVALID,
                    name + " must be a number from " + least + " to " + MAX_SECONDS + ", not " + given);
        }
        return Duration.ofSeconds(given.intValue());
    }
}

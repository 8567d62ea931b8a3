package kant.protocol.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import kant.model.error.Refusal;

/** Refusals on the HTTP wire. */
final class HttpRefusals {
    private HttpRefusals() {}

    private record Code(int status, String name) {}

    static HttpAnswer answer(Refusal refusal) {
        Code code = code(refusal);
        return answer(code.status(), code.name(), refusal.reason());
    }

    static HttpAnswer answer(int status, String code, String reason) {
        String body = JsonNodeFactory.instance
                .objectNode()
                .put("Message", "ErrorCode:" + code + ";" + reason)
                .put("ExceptionMessage", "")
                .toString();
        return HttpAnswer.json(status, body).with("iothub-errorcode", code);
    }

    private static Code code(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Unauthorized _ -> new Code(401, "IotHubUnauthorizedAccess");
            case Refusal.NotFound _ -> new Code(404, "DeviceNotFound");
            case Refusal.AlreadyExists _ -> new Code(409, "DeviceAlreadyExists");
            case Refusal.Invalid _ -> new Code(400, "ArgumentInvalid");
            case Refusal.PreconditionFailed _ -> new Code(412, "PreconditionFailed");
            case Refusal.TooLarge _ -> new Code(413, "MessageTooLarge");
            case Refusal.StoreFull _ -> new Code(503, "ServiceUnavailable");
            case Refusal.LimitExceeded _ -> new Code(429, "ThrottlingException");
            case Refusal.NotConnected _ -> new Code(404, "DeviceNotOnline");
            case Refusal.TimedOut _ -> new Code(504, "GatewayTimeout");
            case Refusal.Unavailable _ -> new Code(503, "ServiceUnavailable");
        };
    }
}

package kant.iothub.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.protocol.http.HttpAnswer;
import kant.world.Randomness;
import kant.world.Time;

/** Answers as IoT Hub writes them; refusals in its two forms (reference/device-protocols.md §4.6). */
final class Answers {
    private final Time time;
    private final Randomness randomness;

    Answers(Time time, Randomness randomness) {
        this.time = time;
        this.randomness = randomness;
    }

    static HttpAnswer ok(JsonNode json) {
        return HttpAnswer.json(200, Json.bytes(json));
    }

    static HttpAnswer ok(JsonNode json, String etag) {
        return ok(json).with("etag", '"' + etag + '"');
    }

    static HttpAnswer done() {
        return HttpAnswer.of(204);
    }

    HttpAnswer refused(HubRefusedException refused) {
        ErrorCode code = refused.code();
        String trackingId = randomness.uuid().replace("-", "").toUpperCase(Locale.ROOT);
        ObjectNode body = switch (code) {
            case DEVICE_NOT_ONLINE, CONNECTION_CLOSED, GATEWAY_TIMEOUT -> nested(refused, trackingId);
            default -> plain(refused, trackingId);
        };
        return HttpAnswer.json(code.httpStatus(), Json.bytes(body)).with("iothub-errorcode", code.text());
    }

    private ObjectNode plain(HubRefusedException refused, String trackingId) {
        return Json.object()
                .put("Message", "ErrorCode:" + refused.code().text() + ";" + refused.reason())
                .put("ExceptionMessage", "Tracking ID:" + trackingId + "-TimeStamp:" + Json.time(time.now()));
    }

    /** The form of newer operations, direct methods among them: JSON inside of the text. */
    private ObjectNode nested(HubRefusedException refused, String trackingId) {
        ObjectNode message = Json.object()
                .put("errorCode", refused.code().number())
                .put("trackingId", trackingId)
                .put("message", refused.reason());
        ObjectNode info = message.putObject("info");
        if (!refused.timeout().isEmpty()) {
            info.put("timeout", refused.timeout());
        }
        message.put("timestampUtc", Json.time(time.now()));
        return Json.object().put("Message", Json.text(message)).put("ExceptionMessage", "");
    }
}

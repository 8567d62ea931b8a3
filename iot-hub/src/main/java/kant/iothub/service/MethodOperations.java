package kant.iothub.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.method.MethodCaller;
import kant.iothub.method.MethodRequest;
import kant.model.twin.MethodResult;
import kant.protocol.http.HttpAnswer;

/** Direct methods. */
final class MethodOperations {
    private final MethodCaller caller;

    MethodOperations(MethodCaller caller) {
        this.caller = caller;
    }

    HttpAnswer invoke(Call call) throws IOException, HubRefusedException, InterruptedException {
        MethodResult result = caller.call(call.identity(), MethodRequest.parse(call.body()));
        ObjectNode json = Json.object().put("status", result.status());
        json.set("payload", payload(result.payload()));
        return Answers.ok(json);
    }

    /** What the client answered; text that is not JSON comes as a string rather than not at all. */
    private static JsonNode payload(byte[] payload) {
        if (payload.length == 0) {
            return JsonNodeFactory.instance.nullNode();
        }
        return Json.value(payload)
                .orElseGet(() -> JsonNodeFactory.instance.textNode(new String(payload, StandardCharsets.UTF_8)));
    }
}

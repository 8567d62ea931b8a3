package kant.iothub.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.AuthenticationJson;
import kant.iothub.registry.Device;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.Module;
import kant.iothub.registry.Scope;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;
import org.jspecify.annotations.Nullable;

/** What an edge hub asks about the identities below it, for itself and on behalf (reference/device-protocols.md §4.4). */
final class ScopeOperations {
    private static final int MOST_DEVICES = 1000;

    private final Scope scope;

    ScopeOperations(Scope scope) {
        this.scope = scope;
    }

    HttpAnswer list(Call call) throws IOException, HubRefusedException {
        String asked = call.http().parameter("deviceCount").orElse(Integer.toString(MOST_DEVICES));
        int count = Call.number("deviceCount", asked, 1, MOST_DEVICES);
        String after = call.http().parameter("continuationToken").orElse("");
        Scope.Page page = scope.list(call.device(), after, count);
        return Answers.ok(json(page, page.next() == null ? null : link(call, page.next(), count)));
    }

    HttpAnswer one(Call call) throws IOException, HubRefusedException {
        String device = call.http().parameter("targetDeviceId").orElse("");
        if (device.isEmpty()) {
            throw new HubRefusedException(ErrorCode.ARGUMENT_NULL, "targetDeviceId is missing");
        }
        String module = call.http()
                .parameter("targetModuleId")
                .filter(m -> !m.isEmpty())
                .orElse(null);
        return Answers.ok(json(scope.one(call.device(), Call.identity(device, module)), null));
    }

    /** The scope of the device that the chain in the body begins with; its continuation comes back in the body. */
    HttpAnswer listOnBehalf(Call call) throws IOException, HubRefusedException {
        OnBehalf onBehalf = OnBehalf.of(call);
        JsonNode asked = onBehalf.body().path("pageSize");
        int count = Call.number("pageSize", asked.asText(Integer.toString(MOST_DEVICES)), 0, MOST_DEVICES);
        Scope.Page page =
                scope.list(onBehalf.chain(), onBehalf.text("continuationLink"), count == 0 ? MOST_DEVICES : count);
        return Answers.ok(json(page, page.next()));
    }

    /** One identity in the scope of the device that the chain in the body begins with. */
    HttpAnswer oneOnBehalf(Call call) throws IOException, HubRefusedException {
        OnBehalf onBehalf = OnBehalf.of(call);
        String device = onBehalf.text("targetDeviceId");
        String module = onBehalf.text("targetModuleId");
        if (device.isEmpty()) {
            throw new HubRefusedException(ErrorCode.ARGUMENT_NULL, "targetDeviceId is missing");
        }
        IdentityId target = Call.identity(device, module.isEmpty() ? null : module);
        return Answers.ok(json(scope.one(onBehalf.chain(), target), null));
    }

    private static ObjectNode json(Scope.Page page, @Nullable String continuation) {
        ObjectNode json = Json.object();
        ArrayNode devices = json.putArray("devices");
        page.devices().forEach(device -> devices.add(json(device)));
        ArrayNode modules = json.putArray("modules");
        page.modules().forEach(module -> modules.add(json(module)));
        return json.put("continuationLink", continuation);
    }

    private static ObjectNode json(Device device) {
        ObjectNode json = Json.object()
                .put("deviceId", device.id())
                .put("generationId", device.generationId())
                .put("status", DeviceJson.status(device));
        json.set("authentication", AuthenticationJson.json(device.authentication()));
        json.putObject("capabilities").put("iotEdge", device.edge());
        DeviceJson.putScopes(json, device);
        return json;
    }

    private static ObjectNode json(Module module) {
        ObjectNode json = Json.object()
                .put("moduleId", module.id().moduleId())
                .put("deviceId", module.id().deviceId())
                .put("generationId", module.generationId());
        json.set("authentication", AuthenticationJson.json(module.authentication()));
        return json;
    }

    /** A relative URL that the client uses as it is. */
    private static String link(Call call, String next, int count) {
        return call.http().rawPath() + "?deviceCount=" + count + "&continuationToken="
                + URLEncoder.encode(next, StandardCharsets.UTF_8) + "&api-version="
                + URLEncoder.encode(
                        call.http().parameter(ServiceApi.API_VERSION).orElse(""), StandardCharsets.UTF_8);
    }
}

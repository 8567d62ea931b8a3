package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.Device;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.Module;
import kant.iothub.registry.ModuleDraft;
import kant.iothub.registry.ModuleJson;
import kant.iothub.registry.Registry;
import kant.iothub.session.Sessions;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;

/** Devices and modules. */
final class RegistryOperations {
    private static final int MOST_DEVICES = 1000;

    private final Registry registry;
    private final Sessions sessions;
    private final IdentityViews views;

    RegistryOperations(Registry registry, Sessions sessions, IdentityViews views) {
        this.registry = registry;
        this.sessions = sessions;
        this.views = views;
    }

    HttpAnswer listDevices(Call call) throws IOException, HubRefusedException {
        String top = call.http().parameter("top").orElse(Integer.toString(MOST_DEVICES));
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Device device : registry.devices(Call.number("top", top, 1, MOST_DEVICES))) {
            json.add(views.json(device));
        }
        return Answers.ok(json);
    }

    HttpAnswer getDevice(Call call) throws IOException, HubRefusedException {
        return answer(registry.device(call.device()));
    }

    HttpAnswer putDevice(Call call) throws IOException, HubRefusedException {
        return answer(registry.putDevice(call.device(), call.ifMatch(), DeviceJson.draft(call.device(), call.body())));
    }

    HttpAnswer deleteDevice(Call call) throws IOException, HubRefusedException {
        registry.deleteDevice(call.device(), call.ifMatch());
        return Answers.done();
    }

    HttpAnswer listModules(Call call) throws IOException, HubRefusedException {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Module module : registry.modules(call.device())) {
            json.add(views.json(module));
        }
        return Answers.ok(json);
    }

    HttpAnswer getModule(Call call) throws IOException, HubRefusedException {
        return answer(registry.module(call.identity()));
    }

    HttpAnswer putModule(Call call) throws IOException, HubRefusedException {
        IdentityId id = call.identity();
        ModuleDraft draft = ModuleJson.draft(call.device(), String.valueOf(id.moduleId()), call.body());
        boolean byEdge =
                ServiceAccess.isByDevice(call) && registry.device(call.device()).edge();
        return answer(registry.putModule(id, call.ifMatch(), byEdge ? draft.byEdgeDevice() : draft));
    }

    HttpAnswer deleteModule(Call call) throws IOException, HubRefusedException {
        registry.deleteModule(call.identity(), call.ifMatch());
        return Answers.done();
    }

    /** With the Java SDK's misspelt key beside the cloud's (service-protocols.md, trap 5). */
    HttpAnswer deviceStatistics(Call call) throws IOException, HubRefusedException {
        Registry.Counts counts = registry.counts();
        return Answers.ok(Json.object()
                .put("totalDeviceCount", counts.total())
                .put("enabledDeviceCount", counts.enabled())
                .put("enableDeviceCount", counts.enabled())
                .put("disabledDeviceCount", counts.total() - counts.enabled()));
    }

    HttpAnswer serviceStatistics(Call call) {
        return Answers.ok(Json.object().put("connectedDeviceCount", sessions.connectedDevices()));
    }

    private HttpAnswer answer(Device device) throws IOException, HubRefusedException {
        return Answers.ok(views.json(device), device.etag());
    }

    private HttpAnswer answer(Module module) throws IOException, HubRefusedException {
        return Answers.ok(views.json(module), module.etag());
    }
}

package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.registry.Module;
import kant.iothub.registry.ModuleJson;
import kant.iothub.registry.Registry;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpAnswer;

/** Modules of an edge device that has no way here but the edge hubs above it (reference/device-protocols.md §4.4). */
final class OnBehalfOperations {
    private final Registry registry;
    private final IdentityViews views;

    OnBehalfOperations(Registry registry, IdentityViews views) {
        this.registry = registry;
        this.views = views;
    }

    HttpAnswer put(Call call) throws IOException, HubRefusedException {
        OnBehalf onBehalf = OnBehalf.of(call);
        ObjectNode module = Json.objectMember(onBehalf.body(), "module");
        if (module == null) {
            throw new HubRefusedException(ErrorCode.ARGUMENT_NULL, "module is missing");
        }
        String name = Json.textMember(module, "moduleId");
        IdentityId id = id(onBehalf, name == null ? "" : name);
        Module made = registry.putModule(
                id,
                call.ifMatch(),
                ModuleJson.draft(id.deviceId(), String.valueOf(id.moduleId()), module)
                        .byEdgeDevice());
        return Answers.ok(views.json(made), made.etag());
    }

    HttpAnswer get(Call call) throws IOException, HubRefusedException {
        OnBehalf onBehalf = OnBehalf.of(call);
        Module module = registry.module(id(onBehalf, onBehalf.text("targetModuleId")));
        return Answers.ok(views.json(module), module.etag());
    }

    HttpAnswer list(Call call) throws IOException, HubRefusedException {
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (Module module : registry.modules(device(OnBehalf.of(call)))) {
            json.add(views.json(module));
        }
        return Answers.ok(json);
    }

    /** Names the module by another key than the others do. */
    HttpAnswer delete(Call call) throws IOException, HubRefusedException {
        OnBehalf onBehalf = OnBehalf.of(call);
        registry.deleteModule(
                id(onBehalf, onBehalf.text("moduleId")), call.ifMatch().orAny());
        return Answers.done();
    }

    private IdentityId id(OnBehalf onBehalf, String module) throws IOException, HubRefusedException {
        return Call.identity(device(onBehalf), module);
    }

    /** The device that the chain begins with, where the chain holds. */
    private String device(OnBehalf onBehalf) throws IOException, HubRefusedException {
        return registry.target(onBehalf.chain()).device().id();
    }
}

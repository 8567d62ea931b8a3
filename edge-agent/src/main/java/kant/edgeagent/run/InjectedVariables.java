package kant.edgeagent.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import org.jspecify.annotations.Nullable;

/** The environment variables of a module: the manifest's, then the injected ones (reference/agent.md §5.1). */
final class InjectedVariables {
    private final ModuleEnvironment given;

    InjectedVariables(ModuleEnvironment given) {
        this.given = given;
    }

    /** @throws IOException where the manifest sets a name that is the runtime's own */
    Map<String, String> of(DesiredModule module, String generationId) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(module.env());
        for (var variable : injected(module, generationId).entrySet()) {
            if (all.putIfAbsent(variable.getKey(), variable.getValue()) != null) {
                throw new IOException("duplicate env var key: " + variable.getKey()
                        + "; the runtime sets it for every module, remove it from the manifest");
            }
        }
        overridable(module).forEach(all::putIfAbsent);
        return all;
    }

    private Map<String, String> injected(DesiredModule module, String generationId) {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("IOTEDGE_WORKLOADURI", given.workloadUri());
        env.put("IOTEDGE_AUTHSCHEME", given.authScheme());
        env.put("IOTEDGE_MODULEGENERATIONID", generationId);
        env.put("IOTEDGE_IOTHUBHOSTNAME", given.hubHostName());
        env.put("IOTEDGE_DEVICEID", given.deviceId());
        env.put("IOTEDGE_MODULEID", module.moduleId());
        env.put("IOTEDGE_APIVERSION", given.apiVersion());
        if (DesiredModule.isSystem(module.name())) {
            env.put("EdgeDeviceHostName", given.deviceHostName());
            putUnlessNull(env, "IOTEDGE_GATEWAYHOSTNAME", given.parentHostName());
        } else {
            env.put("IOTEDGE_GATEWAYHOSTNAME", given.deviceHostName());
            putUnlessNull(env, "IOTEDGE_PARENTHOSTNAME", given.parentHostName());
        }
        if (module.name().equals(DeploymentManifest.EDGE_AGENT)) {
            env.put("Mode", "iotedged");
            env.put("IOTEDGE_MANAGEMENTURI", given.managementUri());
            putUnlessNull(env, "IOTEDGE_WORKLOADLISTEN_MNTURI", given.workloadListenUri());
            putUnlessNull(env, "NetworkId", given.networkId());
        }
        return env;
    }

    /** What the manifest may say better. */
    private Map<String, String> overridable(DesiredModule module) {
        Map<String, String> env = new LinkedHashMap<>();
        env.put("RuntimeLogLevel", given.logLevel());
        if (given.upstreamProtocol() != null
                && module.env().keySet().stream().noneMatch("UpstreamProtocol"::equalsIgnoreCase)) {
            env.put("UpstreamProtocol", given.upstreamProtocol());
        }
        if (DesiredModule.isSystem(module.name())) {
            env.putAll(given.passedOn());
        }
        return env;
    }

    private static void putUnlessNull(Map<String, String> env, String name, @Nullable String value) {
        if (value != null) {
            env.put(name, value);
        }
    }
}

package kant.edgeagent.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeSet;
import kant.edgeagent.plan.Supervision;
import kant.edgeagent.run.ModuleDaemon.Platform;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RuntimeSpec;

/**
 * The whole of the agent's reported properties (reference/agent.md §2.1). Never holds a JSON null, which a twin could not
 * keep.
 */
public final class ReportedDocument {
    /** Of the reported properties' own schema, not of the manifest's. */
    private static final String SCHEMA = "1.0";

    private final String agentVersion;
    private final boolean maskCredentials;
    private final ModuleReport modules;

    /** @param maskCredentials whether registry passwords are left out, which the original tells everybody who may read the twin */
    public ReportedDocument(Supervision supervision, String agentVersion, boolean maskCredentials) {
        this.agentVersion = agentVersion;
        this.maskCredentials = maskCredentials;
        this.modules = new ModuleReport(supervision);
    }

    /** Builds it. Pure. */
    public ObjectNode of(DeviceView view) {
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("schemaVersion", SCHEMA);
        document.putObject("version")
                .put("version", agentVersion)
                .put("build", "")
                .put("commit", "");
        document.set("lastDesiredVersion", Numbers.whole(view.desiredVersion()));
        document.putObject("lastDesiredStatus")
                .put("code", view.status().code())
                .put("description", view.status().description());
        document.set("runtime", runtime(view));
        putModules(document, view);
        return document;
    }

    private ObjectNode runtime(DeviceView view) {
        ObjectNode runtime = JsonNodeFactory.instance.objectNode();
        if (view.applied() == null) {
            runtime.put("Type", "Unknown"); // with a capital, as the original says it before its first manifest
        } else {
            runtime.put("type", RuntimeSpec.TYPE);
            runtime.set("settings", settings(view.applied().runtime()));
        }
        Platform platform = view.platform();
        if (platform != null) {
            runtime.putObject("platform")
                    .put("os", platform.os())
                    .put("architecture", platform.architecture())
                    .put("version", platform.version());
        }
        return runtime;
    }

    private ObjectNode settings(RuntimeSpec spec) {
        ObjectNode settings = JsonNodeFactory.instance.objectNode();
        settings.put("minDockerVersion", spec.minDockerVersion()).put("loggingOptions", spec.loggingOptions());
        ObjectNode credentials = settings.putObject("registryCredentials");
        spec.registryCredentials()
                .forEach((label, c) -> credentials
                        .putObject(label)
                        .put("address", c.address())
                        .put("username", c.username())
                        .put("password", maskCredentials ? "<redacted>" : c.password()));
        return settings;
    }

    private void putModules(ObjectNode document, DeviceView view) {
        ObjectNode system = document.putObject("systemModules");
        ObjectNode user = document.putObject("modules");
        var names = new TreeSet<>(view.current().keySet());
        names.addAll(view.troubles().keySet());
        names.addAll(view.downloading());
        for (String name : names) {
            ObjectNode target = DesiredModule.isSystem(name) ? system : user;
            target.set(
                    name,
                    name.equals(DeploymentManifest.EDGE_AGENT) ? modules.agent(view) : modules.supervised(name, view));
        }
    }
}

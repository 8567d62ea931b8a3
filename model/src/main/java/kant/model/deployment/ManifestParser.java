package kant.model.deployment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The desired properties of {@code $edgeAgent} to a {@link DeploymentManifest}, or a refusal with place and reason.
 *
 * <p>Names of members are matched in any case and unknown ones have no effect, as in the original. Checked in its order:
 * empty, then form, then schema version; so a malformed document of an unknown version is malformed.
 */
public final class ManifestParser {
    private static final String EMPTY =
            "This device has an empty configuration for the edge agent. Please set a deployment manifest.";

    private ManifestParser() {}

    /** Reads the desired properties, without {@code $version} and {@code $metadata}. Pure. */
    public static ParsedManifest parse(ObjectNode desired) {
        if (desired.isEmpty()) {
            return refused(417, EMPTY, "");
        }
        List<String> unknown = new ArrayList<>();
        try {
            DeploymentManifest manifest = document(Members.root(desired, unknown));
            return SchemaVersion.refusal(manifest.schemaVersion())
                    .<ParsedManifest>map(why -> refused(412, why, "/schemaVersion"))
                    .orElseGet(() -> new ParsedManifest.Accepted(manifest, unknown));
        } catch (MalformedException e) {
            return new ParsedManifest.Refused(e.refusal());
        }
    }

    private static DeploymentManifest document(Members root) throws MalformedException {
        String schemaVersion = root.text("schemaVersion");
        RuntimeSpec runtime = runtime(root.object("runtime"));
        Map<String, DesiredModule> modules = systemModules(root.object("systemModules"));
        Members users = root.objectOrEmpty("modules");
        for (String name : users.names()) {
            if (modules.containsKey(name)) {
                throw MalformedException.duplicate(users.pointer(name), name);
            }
            modules.put(name, ModuleParser.user(name, users.object(name)));
        }
        root.ignore("integrity"); // carried for other agents; signatures are not verified yet
        root.close();
        return new DeploymentManifest(schemaVersion, runtime, modules);
    }

    private static RuntimeSpec runtime(Members runtime) throws MalformedException {
        ModuleParser.requireDocker(runtime);
        Members settings = runtime.objectOrEmpty("settings");
        Members credentials = settings.objectOrEmpty("registryCredentials");
        Map<String, RegistryCredential> byLabel = new LinkedHashMap<>();
        for (String label : credentials.names()) {
            Members one = credentials.object(label);
            byLabel.put(
                    label,
                    new RegistryCredential(
                            one.nonBlank("address"), one.nonBlank("username"), one.nonBlank("password")));
            one.close();
        }
        var spec = new RuntimeSpec(settings.text("minDockerVersion", ""), settings.text("loggingOptions", ""), byLabel);
        settings.close();
        runtime.close();
        return spec;
    }

    private static Map<String, DesiredModule> systemModules(Members system) throws MalformedException {
        Map<String, DesiredModule> modules = new LinkedHashMap<>();
        if (system.has(DeploymentManifest.EDGE_AGENT)) {
            modules.put(
                    DeploymentManifest.EDGE_AGENT,
                    ModuleParser.edgeAgent(system.object(DeploymentManifest.EDGE_AGENT)));
        }
        if (system.has(DeploymentManifest.EDGE_HUB)) {
            modules.put(DeploymentManifest.EDGE_HUB, ModuleParser.edgeHub(system.object(DeploymentManifest.EDGE_HUB)));
        }
        system.close();
        return modules;
    }

    private static ParsedManifest refused(int code, String description, String pointer) {
        return new ParsedManifest.Refused(new ManifestRefusal(code, description, pointer, ""));
    }
}

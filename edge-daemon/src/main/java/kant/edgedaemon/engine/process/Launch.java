package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.EnvMerge;
import org.jspecify.annotations.Nullable;

/**
 * What is executed for a module, from its bundle, its spec and its options, by Docker's rules: a replaced entrypoint drops the
 * bundle's arguments.
 *
 * @param workingDir where it starts
 * @param asUser what stands in front of a command that another user runs; empty where the daemon's own does
 * @param health null where nobody asks how it is
 */
record Launch(
        List<String> command,
        Map<String, String> environment,
        Path workingDir,
        List<String> asUser,
        @Nullable HealthCheck health) {
    /** Where SDKs look for the workload socket; a process sees the module's own, wherever a container would see it. */
    private static final String WORKLOAD_URI = "IOTEDGE_WORKLOADURI";

    /** Where our own programs keep their data: the module's folder, unless its createOptions say otherwise. */
    private static final String DATA = "KANT_DATA";

    /** In the environment of every process of a module: strays are found by it. */
    static final String MARK = "KANT_RUN_OF";

    /**
     * @param mark value of {@link #MARK}
     * @param workloadUri of the module's own socket
     * @param path the daemon's own {@code PATH}
     */
    record Surroundings(String mark, String workloadUri, Path moduleFolder, String path) {}

    static Launch of(ModuleSpec spec, ProcessOptions options, Bundle bundle, Surroundings around)
            throws EngineException {
        List<String> command = new ArrayList<>();
        boolean replaced = options.entrypoint() != null;
        command.addAll(replaced ? options.entrypoint() : bundle.entrypoint());
        if (options.cmd() != null) {
            command.addAll(options.cmd());
        } else if (!replaced) {
            command.addAll(bundle.cmd());
        }
        if (command.isEmpty()) {
            throw EngineException.badSpec("module \"" + spec.name() + "\" has no command: neither its bundle \""
                    + bundle.image() + "\" nor its createOptions name one");
        }
        String folder = options.workingDir() != null ? options.workingDir() : bundle.workingDir();
        return new Launch(
                List.copyOf(command),
                environment(spec, options, bundle, around),
                folder == null ? around.moduleFolder() : around.moduleFolder().resolve(folder),
                options.runAs() == null ? List.of() : options.runAs().prefix(),
                options.health().own() ? options.health().check() : bundle.health());
    }

    private static Map<String, String> environment(
            ModuleSpec spec, ProcessOptions options, Bundle bundle, Surroundings around) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", around.path());
        environment.put("HOME", around.moduleFolder().toString());
        environment.putAll(bundle.env());
        environment.putAll(EnvMerge.merge(spec.env(), options.env()));
        environment.computeIfPresent(WORKLOAD_URI, (_, _) -> around.workloadUri());
        // an agent that hands its own on to its modules means "a folder for data", not its own folder
        environment.putAll(EnvMerge.merge(Map.of(DATA, around.moduleFolder().toString()), onlyData(options.env())));
        environment.put(MARK, around.mark());
        return environment;
    }

    private static JsonNode onlyData(JsonNode env) {
        ArrayNode only = JsonNodeFactory.instance.arrayNode();
        for (JsonNode line : env) {
            if (line.asText().startsWith(DATA + "=")) {
                only.add(line);
            }
        }
        return only;
    }
}

package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.edgedaemon.engine.EngineException;
import org.jspecify.annotations.Nullable;

/**
 * What of createOptions means something to a plain process. Members that ask for nothing (empty, null, false, 0) are let through, as
 * are those that a process fulfils by nature (a port bound to itself, the machine's network, the injected sockets); any other is
 * refused by name, never ignored.
 *
 * @param entrypoint null for the bundle's
 * @param cmd null for the bundle's, or nothing where the entrypoint is replaced
 * @param runAs null for the daemon's own user
 * @param memoryBytes 0 for no limit
 * @param nanoCpus billionths of a processor; 0 for no limit
 * @param health what replaces the bundle's check; {@link Healthcheck#OF_BUNDLE} where nothing does
 */
record ProcessOptions(
        JsonNode env,
        @Nullable List<String> entrypoint,
        @Nullable List<String> cmd,
        @Nullable String workingDir,
        Map<String, String> labels,
        LogLimits log,
        @Nullable RunAs runAs,
        long memoryBytes,
        long nanoCpus,
        Healthcheck health) {

    /**
     * Whose health check is run.
     *
     * @param own false for the bundle's
     * @param check null for none
     */
    record Healthcheck(boolean own, @Nullable HealthCheck check) {
        static final Healthcheck OF_BUNDLE = new Healthcheck(false, null);
    }

    /** The sockets that the agent binds into every module, and the networks it attaches them to. */
    record Injected(String socketFolder, String managementSocket, String network, String user) {}

    static ProcessOptions parse(JsonNode options, Injected injected) throws EngineException {
        JsonNode host = options.path("HostConfig");
        new OptionCheck(injected).check(options);
        return new ProcessOptions(
                options.path("Env"),
                textsOrNull(options.path("Entrypoint")),
                textsOrNull(options.path("Cmd")),
                textOrNull(options.path("WorkingDir")),
                labels(options.path("Labels")),
                logLimits(host.path("LogConfig").path("Config")),
                runAs(options.path("User").asText(), injected),
                host.path("Memory").asLong(),
                host.path("NanoCpus").asLong(),
                health(options.path("Healthcheck")));
    }

    private static @Nullable RunAs runAs(String user, Injected injected) throws EngineException {
        return user.isEmpty() || user.equals(injected.user()) ? null : RunAs.parse(user);
    }

    boolean limited() {
        return memoryBytes > 0 || nanoCpus > 0;
    }

    private static Healthcheck health(JsonNode json) throws EngineException {
        return json.isMissingNode() || json.isNull() || json.isEmpty()
                ? Healthcheck.OF_BUNDLE
                : new Healthcheck(true, HealthCheck.parse(json, "createOptions.Healthcheck"));
    }

    private static @Nullable List<String> textsOrNull(JsonNode value) {
        if (value.isTextual() && !value.textValue().isEmpty()) {
            return List.of("/bin/sh", "-c", value.textValue());
        }
        if (!value.isArray() || value.isEmpty()) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        value.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static @Nullable String textOrNull(JsonNode value) {
        return value.isTextual() && !value.textValue().isEmpty() ? value.textValue() : null;
    }

    private static Map<String, String> labels(JsonNode value) {
        Map<String, String> labels = new LinkedHashMap<>();
        value.properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    private static LogLimits logLimits(JsonNode config) throws EngineException {
        try {
            long bytes =
                    config.has("max-size") ? bytes(config.path("max-size").asText()) : LogLimits.DEFAULT.fileBytes();
            int files = config.has("max-file")
                    ? Integer.parseInt(config.path("max-file").asText())
                    : LogLimits.DEFAULT.files();
            if (bytes <= 0 || files <= 0) {
                throw new NumberFormatException("not positive");
            }
            return new LogLimits(bytes, files);
        } catch (NumberFormatException _) {
            throw EngineException.badSpec("createOptions.HostConfig.LogConfig.Config is " + config
                    + "; max-size is a size such as \"10m\", max-file a number");
        }
    }

    private static long bytes(String text) {
        long unit = switch (text.isEmpty() ? ' ' : text.charAt(text.length() - 1)) {
            case 'k', 'K' -> 1024L;
            case 'm', 'M' -> 1024L * 1024;
            case 'g', 'G' -> 1024L * 1024 * 1024;
            default -> 1L;
        };
        return Long.parseLong(unit == 1 ? text : text.substring(0, text.length() - 1)) * unit;
    }
}

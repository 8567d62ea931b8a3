package kant.edgedaemon.engine.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.process.ProcessOptions.Injected;

/** Finds the members of createOptions that a plain process cannot fulfil. */
final class OptionCheck {
    private static final Set<String> ANY_VALUE =
            Set.of("Env", "Cmd", "Entrypoint", "WorkingDir", "Labels", "Image", "Healthcheck");
    private static final Set<String> HOST_ANY_VALUE = Set.of("Memory", "NanoCpus");
    private static final Set<String> LOG_KEYS = Set.of("max-size", "max-file");

    /** Who may start processes of others. */
    private static final String ROOT = "root";

    private static final int VALUE_CHARACTERS = 100;

    private final Injected injected;
    private final List<String> refused = new ArrayList<>();

    OptionCheck(Injected injected) {
        this.injected = injected;
    }

    void check(JsonNode options) throws EngineException {
        for (Map.Entry<String, JsonNode> member : options.properties()) {
            top(member.getKey(), member.getValue());
        }
        if (!refused.isEmpty()) {
            throw EngineException.badSpec("the process engine cannot do what createOptions asks for: "
                    + String.join("; ", refused) + ". Remove it, or run this device with engine = \"docker\".");
        }
    }

    private void top(String name, JsonNode value) {
        boolean fulfilled = switch (name) {
            case "HostConfig" -> hostConfig(value);
            case "NetworkingConfig" -> network(value);
            case "ExposedPorts" -> value.isObject(); // says which ports the module opens; it opens them itself
            case "StopTimeout" -> value.isIntegralNumber();
            case "User" ->
                value.asText().equals(injected.user()) || injected.user().equals(ROOT);
            default -> ANY_VALUE.contains(name);
        };
        refuseUnless(fulfilled || asksForNothing(value), name, value);
    }

    private boolean hostConfig(JsonNode host) {
        for (Map.Entry<String, JsonNode> member : host.properties()) {
            JsonNode value = member.getValue();
            boolean fulfilled = switch (member.getKey()) {
                case "Binds" -> binds(value);
                case "NetworkMode" ->
                    List.of("host", "default", injected.network()).contains(value.asText());
                case "PortBindings" -> portsAreTheirOwn(value);
                case "LogConfig" -> logConfig(value);
                case "RestartPolicy" ->
                    Set.of("", "no").contains(value.path("Name").asText());
                default -> HOST_ANY_VALUE.contains(member.getKey()) && value.isIntegralNumber();
            };
            refuseUnless(fulfilled || asksForNothing(value), "HostConfig." + member.getKey(), value);
        }
        return host.isObject();
    }

    /** A process sees the machine's files: the sockets' binds are void, any other bind would promise what it cannot keep. */
    private boolean binds(JsonNode binds) {
        for (JsonNode bind : binds) {
            String source = bind.asText().split(":", 2)[0];
            if (!source.startsWith(injected.socketFolder() + "/") && !source.equals(injected.managementSocket())) {
                return false;
            }
        }
        return true;
    }

    private boolean network(JsonNode networking) {
        for (Map.Entry<String, JsonNode> endpoint :
                networking.path("EndpointsConfig").properties()) {
            if (!List.of("host", injected.network()).contains(endpoint.getKey())) {
                return false;
            }
        }
        return networking.isObject() && networking.size() <= 1;
    }

    /** {@code {"8883/tcp":[{"HostPort":"8883"}]}} is what a process does anyway; another host port is not. */
    private static boolean portsAreTheirOwn(JsonNode bindings) {
        for (Map.Entry<String, JsonNode> port : bindings.properties()) {
            for (JsonNode binding : port.getValue()) {
                String hostPort = binding.path("HostPort").asText();
                if (!hostPort.isEmpty() && !hostPort.equals(port.getKey().split("/", 2)[0])) {
                    return false;
                }
            }
        }
        return bindings.isObject();
    }

    private static boolean logConfig(JsonNode config) {
        for (Map.Entry<String, JsonNode> option : config.path("Config").properties()) {
            if (!LOG_KEYS.contains(option.getKey())) {
                return false;
            }
        }
        return Set.of("", "json-file", "local").contains(config.path("Type").asText());
    }

    private static boolean asksForNothing(JsonNode value) {
        return value.isNull()
                || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.textValue().isEmpty()
                || value.isBoolean() && !value.booleanValue()
                || value.isNumber() && value.doubleValue() == 0;
    }

    private void refuseUnless(boolean fulfilled, String name, JsonNode value) {
        boolean membersTold = name.equals("HostConfig") && value.isObject();
        if (!fulfilled && !membersTold) {
            // what is inside an object may be a secret
            refused.add("createOptions." + name + (value.isValueNode() ? " = " + brief(value.toString()) : ""));
        }
    }

    private static String brief(String text) {
        return text.length() > VALUE_CHARACTERS ? text.substring(0, VALUE_CHARACTERS) + "…" : text;
    }
}

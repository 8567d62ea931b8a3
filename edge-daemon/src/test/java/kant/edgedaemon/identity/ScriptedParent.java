package kant.edgedaemon.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A registry in memory with the few calls that the daemon makes; can be away. */
public final class ScriptedParent implements ParentCall {
    private static final ObjectMapper JSON = new ObjectMapper();

    public final List<String> calls = new CopyOnWriteArrayList<>();
    public final List<String> tokens = new CopyOnWriteArrayList<>();
    public final Map<String, ObjectNode> modules = new TreeMap<>();
    public volatile boolean away;
    /** With this status, whatever is asked; 0 for what fits. */
    public volatile int answers;

    private int generation = 100;

    @Override
    public Reply call(
            String method, String pathAndQuery, Map<String, String> headers, byte @Nullable [] body, Duration limit)
            throws IOException {
        if (away) {
            throw new IOException("no route to the hub");
        }
        if (answers != 0) {
            return new Reply(answers, new byte[0]);
        }
        calls.add(method + " " + pathAndQuery);
        tokens.add(headers.getOrDefault("authorization", ""));
        String module = pathAndQuery
                .split("\\?")[0]
                .replaceFirst("^/devices/gw-01/modules/?", "")
                .replace("%24", "$");
        return switch (method) {
            case "GET" -> module.isEmpty() ? ok(JSON.valueToTree(modules.values())) : get(module);
            case "PUT" -> put(module, headers, JSON.readTree(body));
            case "DELETE" -> modules.remove(module) == null ? notFound(module) : new Reply(204, new byte[0]);
            default -> throw new AssertionError(method);
        };
    }

    private Reply get(String module) {
        ObjectNode found = modules.get(module);
        return found == null ? notFound(module) : ok(found);
    }

    private Reply put(String module, Map<String, String> headers, JsonNode body) {
        boolean update = "*".equals(headers.get("if-match"));
        if (!update && modules.containsKey(module)) {
            return new Reply(409, "{\"Message\":\"exists\"}".getBytes(StandardCharsets.UTF_8));
        }
        ObjectNode stored = modules.computeIfAbsent(module, id -> module(id, Integer.toString(generation++)));
        if (body.has("authentication")) {
            stored.set("authentication", body.get("authentication"));
        }
        return ok(stored);
    }

    /** A module without keys. */
    static ObjectNode module(String id, String generationId) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("moduleId", id)
                .put("deviceId", "gw-01")
                .put("generationId", generationId);
    }

    private static Reply notFound(String module) {
        return new Reply(404, ("{\"Message\":\"no " + module + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static Reply ok(JsonNode body) {
        return new Reply(200, body.toString().getBytes(StandardCharsets.UTF_8));
    }
}

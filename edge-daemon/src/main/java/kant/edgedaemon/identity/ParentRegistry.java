package kant.edgedaemon.identity;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kant.edgedaemon.config.DaemonConfig.Provisioning;
import kant.model.auth.SasToken;
import kant.model.json.JsonText;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * The parent's registry calls for this device's modules, authorised with the device's key (reference/daemon.md §5.4). Blocking; called
 * on virtual threads.
 */
final class ParentRegistry {
    private static final String VERSION = "?api-version=2017-11-08-preview";
    private static final Duration TOKEN_LIFETIME = Duration.ofSeconds(30);
    /** The original's {@code cloud_timeout_sec}. */
    private static final Duration LIMIT = Duration.ofSeconds(70);

    private final ParentCall parent;
    private final Provisioning device;
    private final Time time;

    ParentRegistry(ParentCall parent, Provisioning device, Time time) {
        this.parent = parent;
        this.device = device;
        this.time = time;
    }

    /** Makes the module; its generation id comes back. {@link ParentException} with 409 where it exists. */
    JsonNode create(String moduleId) throws IOException {
        return call("PUT", module(moduleId), Map.of(), body(moduleId));
    }

    /** Gives the module these keys. */
    void setKeys(String moduleId, String primary, String secondary) throws IOException {
        ObjectNode body = body(moduleId);
        ObjectNode authentication = body.putObject("authentication").put("type", "sas");
        authentication.putObject("symmetricKey").put("primaryKey", primary).put("secondaryKey", secondary);
        call("PUT", module(moduleId), Map.of("if-match", "*"), body);
    }

    JsonNode get(String moduleId) throws IOException {
        return call("GET", module(moduleId), Map.of(), null);
    }

    List<JsonNode> list() throws IOException {
        List<JsonNode> modules = new ArrayList<>();
        call("GET", modules(), Map.of(), null).forEach(modules::add);
        return modules;
    }

    void delete(String moduleId) throws IOException {
        call("DELETE", module(moduleId), Map.of("if-match", "*"), null);
    }

    private JsonNode call(String method, String path, Map<String, String> moreHeaders, @Nullable ObjectNode body)
            throws IOException {
        Map<String, String> headers = new LinkedHashMap<>(moreHeaders);
        headers.put("authorization", token());
        byte[] bytes = null;
        if (body != null) {
            headers.put("content-type", "application/json");
            bytes = JsonText.bytes(body);
        }
        ParentCall.Reply reply = parent.call(method, path + VERSION, headers, bytes, LIMIT);
        if (reply.status() / 100 != 2) {
            throw new ParentException(
                    reply.status(),
                    "the hub answered " + reply.status() + " to " + method + " " + path + ": " + brief(reply.body()));
        }
        return reply.body().length == 0 ? MissingNode.getInstance() : parse(reply.body());
    }

    private String token() {
        String resource = (device.hubHostName() + "/devices/" + device.deviceId()).toLowerCase(Locale.ROOT);
        return SasToken.sign(resource, device.key().reveal(), time.now().plus(TOKEN_LIFETIME), "");
    }

    private ObjectNode body(String moduleId) {
        return JsonNodeFactory.instance.objectNode().put("moduleId", moduleId).put("deviceId", device.deviceId());
    }

    private String modules() {
        return "/devices/" + encode(device.deviceId()) + "/modules";
    }

    private String module(String moduleId) {
        return modules() + "/" + encode(moduleId);
    }

    private static JsonNode parse(byte[] body) throws IOException {
        try {
            return JsonText.read(body);
        } catch (JacksonException e) {
            throw new IOException("the hub's answer is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** What the hub says in words: the rest, tracking ids and times, is another each time and would be reported each time. */
    private static String brief(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 500), StandardCharsets.UTF_8);
        try {
            String message = JsonText.read(body).path("Message").asText();
            text = message.isEmpty() ? text : message;
        } catch (IOException _) {
            // not JSON: as it is
        }
        return text.replaceAll("\\s+", " ");
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

package kant.cli.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import kant.cli.host.CliException;
import kant.cli.host.Json;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.twin.TwinProperties;
import kant.routing.TwinSource;
import org.jspecify.annotations.Nullable;

/**
 * A message as a line of JSON describes it.
 *
 * @param twin the sender's, null where the line has none
 */
record GivenMessage(Message message, @Nullable TwinProperties twin) {
    private static final Set<String> MEMBERS = new TreeSet<>(
            Set.of("device", "module", "output", "systemProperties", "properties", "body", "bodyBase64", "twin"));

    /** @param edgeDevice the device of a module, and of nobody in particular */
    static GivenMessage parse(String line, int number, String edgeDevice) throws CliException {
        String place = "line " + number + " of the messages";
        ObjectNode json = Json.parse(line, place);
        for (var member : json.properties()) {
            if (!MEMBERS.contains(member.getKey())) {
                throw new CliException(
                        place + " has a member \"" + member.getKey() + "\"; known are " + String.join(", ", MEMBERS));
            }
        }
        Map<String, String> system = texts(json, "systemProperties", place);
        if (json.has("output")) {
            system.put(SystemProperties.OUTPUT_NAME, json.path("output").asText());
        }
        IdentityId sender = sender(json, edgeDevice, place);
        system.putIfAbsent(SystemProperties.CONNECTION_DEVICE_ID, sender.deviceId());
        if (sender.moduleId() != null) {
            system.putIfAbsent(SystemProperties.CONNECTION_MODULE_ID, sender.moduleId());
        }
        var message = new Message(sender, system, texts(json, "properties", place), body(json, place));
        return new GivenMessage(message, twin(json, place));
    }

    TwinSource twins() {
        return _ -> Optional.ofNullable(twin);
    }

    private static IdentityId sender(ObjectNode json, String edgeDevice, String place) throws CliException {
        String module = json.path("module").asText("");
        String device = json.path("device").asText(module.isEmpty() ? "device" : edgeDevice);
        try {
            return module.isEmpty() ? IdentityId.device(device) : IdentityId.module(device, module);
        } catch (IllegalArgumentException e) {
            throw new CliException(place + " has no usable sender: " + e.getMessage(), e);
        }
    }

    private static Map<String, String> texts(ObjectNode json, String name, String place) throws CliException {
        Map<String, String> texts = new LinkedHashMap<>();
        JsonNode given = json.path(name);
        if (!given.isMissingNode() && !given.isObject()) {
            throw new CliException("\"" + name + "\" in " + place + " is not an object of texts");
        }
        for (var property : given.properties()) {
            if (!property.getValue().isValueNode() || property.getValue().isNull()) {
                throw new CliException(
                        "\"" + name + "\" in " + place + ": \"" + property.getKey() + "\" is not a text");
            }
            texts.put(property.getKey(), property.getValue().asText());
        }
        return texts;
    }

    private static byte[] body(ObjectNode json, String place) throws CliException {
        if (json.has("bodyBase64")) {
            try {
                return json.path("bodyBase64").binaryValue();
            } catch (IOException e) {
                throw new CliException("\"bodyBase64\" in " + place + " is not base64", e);
            }
        }
        JsonNode body = json.path("body");
        String text = body.isMissingNode() ? "" : body.isTextual() ? body.textValue() : body.toString();
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static @Nullable TwinProperties twin(ObjectNode json, String place) throws CliException {
        JsonNode twin = json.path("twin");
        if (twin.isMissingNode()) {
            return null;
        }
        if (twin.path("properties") instanceof ObjectNode properties) {
            return TwinProperties.parse(properties);
        }
        if (twin instanceof ObjectNode both) {
            return TwinProperties.parse(both);
        }
        throw new CliException("\"twin\" in " + place + " is not an object with \"desired\" and \"reported\"");
    }
}

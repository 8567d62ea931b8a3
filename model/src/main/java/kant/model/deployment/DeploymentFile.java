package kant.model.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * A whole deployment as people write it and services post it: {@code {"modulesContent":{…}}}, or the same within
 * {@code {"content":{…}}}.
 *
 * @param sections by module id, then by path ({@code properties.desired} or a dotted path below it)
 * @param manifest the agent's part, checked; null for a layered deployment, which has only paths below it
 * @param warnings what has no effect or looks mistaken, one sentence each
 */
public record DeploymentFile(
        Map<String, Map<String, JsonNode>> sections,
        @Nullable DeploymentManifest manifest,
        List<String> warnings) {

    /** The section of a module that replaces all its desired properties. */
    public static final String DESIRED = "properties.desired";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    public DeploymentFile {
        Map<String, Map<String, JsonNode>> copy = new LinkedHashMap<>();
        sections.forEach((id, paths) -> copy.put(id, Collections.unmodifiableMap(new LinkedHashMap<>(paths))));
        sections = Collections.unmodifiableMap(copy);
        warnings = List.copyOf(warnings);
    }

    /** Reads a file's text, or refuses it with line and column or with the place in the document. */
    public static DeploymentFile parse(String text) throws RefusedException {
        JsonNode node;
        try {
            node = MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw refused("it is not JSON: line " + at.getLineNr() + ", column " + at.getColumnNr() + ": "
                    + e.getOriginalMessage());
        }
        if (node instanceof ObjectNode object) {
            return of(object);
        }
        throw refused("it is JSON, but not an object");
    }

    /** Reads a parsed document. */
    public static DeploymentFile of(ObjectNode document) throws RefusedException {
        ObjectNode modulesContent = modulesContent(document);
        Map<String, Map<String, JsonNode>> sections = new LinkedHashMap<>();
        for (var module : modulesContent.properties()) {
            sections.put(module.getKey(), section(module.getKey(), module.getValue()));
        }
        List<String> warnings = new ArrayList<>();
        DeploymentManifest manifest = manifest(sections, warnings);
        if (manifest != null) {
            warnings.addAll(NameCheck.warnings(sections.keySet(), manifest, hubDesired(sections)));
        }
        return new DeploymentFile(sections, manifest, warnings);
    }

    /** The complete desired properties that a module is given, empty if the file has none or only paths below them. */
    public Optional<ObjectNode> desired(String moduleId) {
        return Optional.ofNullable(sections.get(moduleId))
                .map(paths -> paths.get(DESIRED) instanceof ObjectNode o ? o : null);
    }

    /** {@code {"modulesContent":{…}}}, the body that services take. */
    public ObjectNode content() {
        ObjectNode content = JsonNodeFactory.instance.objectNode();
        ObjectNode modulesContent = content.putObject("modulesContent");
        sections.forEach((id, paths) -> paths.forEach(modulesContent.putObject(id)::set));
        return content;
    }

    private static ObjectNode modulesContent(ObjectNode document) throws RefusedException {
        JsonNode within = document.get("content");
        JsonNode content = within == null ? document : within;
        if (content.get("modulesContent") instanceof ObjectNode modules) {
            if (modules.isEmpty()) {
                throw refused("\"modulesContent\" is empty; it needs at least \"$edgeAgent\" and \"$edgeHub\"");
            }
            return modules;
        }
        throw refused("it has no object \"modulesContent\" (or \"content\" with one in it), but "
                + new ArrayList<>(
                        document.propertyStream().map(Map.Entry::getKey).toList()));
    }

    private static Map<String, JsonNode> section(String moduleId, JsonNode node) throws RefusedException {
        if (!(node instanceof ObjectNode object)) {
            throw refused("/modulesContent/" + moduleId + ": it must be an object with \"" + DESIRED + "\"");
        }
        Map<String, JsonNode> paths = new LinkedHashMap<>();
        for (var path : object.properties()) {
            boolean whole = path.getKey().equals(DESIRED);
            if (!whole && !path.getKey().startsWith(DESIRED + ".")) {
                throw refused("/modulesContent/" + moduleId + ": \"" + path.getKey() + "\" is not known; it must be \""
                        + DESIRED + "\", or a path below it in a layered deployment");
            }
            if (whole && !path.getValue().isObject()) {
                throw refused("/modulesContent/" + moduleId + "/" + DESIRED + ": it must be an object");
            }
            paths.put(path.getKey(), path.getValue());
        }
        return paths;
    }

    private static @Nullable DeploymentManifest manifest(
            Map<String, Map<String, JsonNode>> sections, List<String> warnings) throws RefusedException {
        Map<String, JsonNode> agent = sections.get(IdentityId.EDGE_AGENT);
        if (agent == null || !(agent.get(DESIRED) instanceof ObjectNode desired)) {
            return null;
        }
        String place = "/modulesContent/" + IdentityId.EDGE_AGENT + "/" + DESIRED;
        return switch (ManifestParser.parse(desired)) {
            case ParsedManifest.Accepted accepted -> {
                accepted.unknownNames().forEach(name -> warnings.add(place + name + ": unknown name, has no effect"));
                yield accepted.manifest();
            }
            case ParsedManifest.Refused(var refusal) ->
                throw refused(place + refusal.pointer() + ": "
                        + (refusal.detail().isEmpty() ? refusal.description() : refusal.detail()));
        };
    }

    private static JsonNode hubDesired(Map<String, Map<String, JsonNode>> sections) {
        return sections.getOrDefault(IdentityId.EDGE_HUB, Map.of())
                .getOrDefault(DESIRED, JsonNodeFactory.instance.missingNode());
    }

    private static RefusedException refused(String why) {
        return new RefusedException(new Refusal.Invalid("the deployment is not usable: " + why));
    }
}

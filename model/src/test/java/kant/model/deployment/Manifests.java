package kant.model.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Manifests for tests. */
final class Manifests {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Manifests() {}

    /** A sample of reference/manifests. */
    static String sample(String name) {
        try (var in = Manifests.class.getResourceAsStream("/manifests/" + name + ".json")) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Good desired properties with one user module, whose members are these. */
    static ObjectNode withModule(String members) {
        return json("""
                {"schemaVersion":"1.1",
                 "runtime":{"type":"docker","settings":{}},
                 "systemModules":{
                   "edgeAgent":{"type":"docker","settings":{"image":"a/agent:1"}},
                   "edgeHub":{"type":"docker","status":"running","settings":{"image":"a/hub:1"}}},
                 "modules":{"m":{%s}}}
                """.formatted(members));
    }

    static final String GOOD_MODULE = """
            "type":"docker","status":"running","settings":{"image":"a/m:1"}""";

    static DeploymentManifest accepted(ObjectNode desired) {
        return switch (ManifestParser.parse(desired)) {
            case ParsedManifest.Accepted(var manifest, var _) -> manifest;
            case ParsedManifest.Refused(var refusal) -> throw new AssertionError(refusal.text());
        };
    }

    static ManifestRefusal refused(ObjectNode desired) {
        return switch (ManifestParser.parse(desired)) {
            case ParsedManifest.Accepted _ -> throw new AssertionError("accepted: " + desired);
            case ParsedManifest.Refused(var refusal) -> refusal;
        };
    }
}

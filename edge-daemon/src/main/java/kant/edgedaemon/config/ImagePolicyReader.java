package kant.edgedaemon.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kant.edgedaemon.image.SignaturePolicy;
import kant.edgedaemon.image.TrustedKey;

/**
 * Reads {@code [[kant.image_policy]]}: each with a {@code pattern} and either {@code keys}, PEM files of public keys, or {@code unsigned =
 * true}.
 */
final class ImagePolicyReader {
    private static final String KEY = "kant.image_policy";

    private ImagePolicyReader() {}

    static SignaturePolicy read(ConfigReader in) {
        List<SignaturePolicy.Rule> rules = new ArrayList<>();
        for (JsonNode table : in.tables(KEY)) {
            String pattern = table.path("pattern").asText();
            if (pattern.isBlank()) {
                in.mistake(
                        KEY, "a [[" + KEY + "]] has no \"pattern\" of image names, such as \"registry.test/team/*\".");
            }
            List<TrustedKey> keys = keys(in, table.path("keys"));
            boolean unsigned = table.path("unsigned").asBoolean(false);
            if (unsigned == !table.path("keys").isEmpty()) {
                in.mistake(
                        KEY,
                        "the [[" + KEY + "]] of \"" + pattern + "\" must have either \"keys\" or \"unsigned = true\".");
            }
            rules.add(new SignaturePolicy.Rule(pattern, keys));
        }
        return new SignaturePolicy(rules);
    }

    private static List<TrustedKey> keys(ConfigReader in, JsonNode files) {
        List<TrustedKey> keys = new ArrayList<>();
        for (JsonNode file : files) {
            try {
                keys.add(TrustedKey.read(Path.of(file.asText())));
            } catch (IOException | InvalidPathException e) {
                in.mistake(KEY, "a key of [[" + KEY + "]] cannot be read: " + e.getMessage());
            }
        }
        return keys;
    }
}

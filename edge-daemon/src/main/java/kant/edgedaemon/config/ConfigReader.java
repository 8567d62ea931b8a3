package kant.edgedaemon.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads values by key, such as {@code agent.config.image}, and collects what is wrong with them. */
final class ConfigReader {
    private static final int MAX_PORT = 65535;

    private final JsonNode tree;
    private final TomlLines lines;
    private final String file;
    private final List<String> mistakes = new ArrayList<>();

    ConfigReader(JsonNode tree, TomlLines lines, String file) {
        this.tree = tree;
        this.lines = lines;
        this.file = file;
    }

    List<String> mistakes() {
        return mistakes;
    }

    /** Notes that a key's value cannot be used. */
    void mistake(String key, String sentence) {
        mistakes.add(KnownKeys.at(file, lines, key) + sentence);
    }

    boolean has(String key) {
        return !at(key).isMissingNode();
    }

    String text(String key, String otherwise) {
        String value = textOrNull(key);
        return value == null ? otherwise : value;
    }

    /** A text that must be there; empty, and a mistake, where it is not. */
    String required(String key, String remedy) {
        String value = textOrNull(key);
        if (value == null || value.isBlank()) {
            mistake(key, "\"" + key + "\" is missing. " + remedy);
            return "";
        }
        return value;
    }

    @Nullable
    String textOrNull(String key) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isTextual()) {
            mistake(key, "\"" + key + "\" must be a string, quoted.");
            return null;
        }
        return value.textValue();
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            mistake(key, "\"" + key + "\" must be true or false, not quoted.");
        }
        return value.asBoolean(otherwise);
    }

    int number(String key, int otherwise, int least) {
        JsonNode value = at(key);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.canConvertToInt() || value.intValue() < least) {
            mistake(key, "\"" + key + "\" must be a whole number of at least " + least + ".");
            return otherwise;
        }
        return value.intValue();
    }

    /** A length of time such as {@code "90m"}. */
    Duration duration(String key, Duration otherwise, Duration least) {
        String text = textOrNull(key);
        if (text == null) {
            return otherwise;
        }
        Duration value = TimeSpan.parse(text).orElse(Duration.ZERO);
        if (value.compareTo(least) < 0) {
            mistake(
                    key,
                    "\"" + key + "\" is \"" + text + "\"; it must be a time of at least " + least.toSeconds()
                            + " s, such as \"90m\" or \"7d\".");
            return otherwise;
        }
        return value;
    }

    int port(String key, int otherwise) {
        int port = number(key, otherwise, 1);
        if (port > MAX_PORT) {
            mistake(key, "\"" + key + "\" is " + port + ", which is no port.");
        }
        return port;
    }

    /** A path, as it is or as a {@code file://} URI; null where the key is absent. */
    @Nullable
    Path pathOrNull(String key) {
        String value = textOrNull(key);
        if (value == null) {
            return null;
        }
        Path path = Path.of(value.startsWith("file://") ? value.substring("file://".length()) : value);
        if (!path.isAbsolute()) {
            mistake(key, "\"" + key + "\" is \"" + value + "\", which is not an absolute path.");
        }
        return path;
    }

    /** The path of a {@code unix:///path} URI. */
    Path unixPath(String key, Path otherwise) {
        String value = textOrNull(key);
        if (value == null) {
            return otherwise;
        }
        if (value.startsWith("fd://")) {
            mistake(
                    key,
                    "\"" + key + "\" is \"" + value + "\": sockets are not taken from systemd in this version."
                            + " Use unix:///path.");
            return otherwise;
        }
        if (!value.startsWith("unix:///")) {
            mistake(key, "\"" + key + "\" is \"" + value + "\", which is not a unix:///path URI.");
            return otherwise;
        }
        return Path.of(value.substring("unix://".length()));
    }

    /** The elements of an array of tables; empty where it is absent. */
    List<ObjectNode> tables(String key) {
        List<ObjectNode> tables = new ArrayList<>();
        for (JsonNode element : at(key)) {
            if (element instanceof ObjectNode table) {
                tables.add(table);
            } else {
                mistake(key, "\"" + key + "\" must be an array of tables: [[" + key + "]].");
            }
        }
        return tables;
    }

    ObjectNode object(String key) {
        JsonNode value = at(key);
        if (value instanceof ObjectNode object) {
            return object.deepCopy();
        }
        if (!value.isMissingNode()) {
            mistake(key, "\"" + key + "\" must be a table.");
        }
        return JsonNodeFactory.instance.objectNode();
    }

    /** A table of texts; numbers and booleans are taken as text. */
    Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        object(key).properties().forEach(entry -> {
            if (!entry.getValue().isValueNode()) {
                mistake(key + "." + entry.getKey(), "\"" + key + "." + entry.getKey() + "\" must be a string.");
            }
            texts.put(entry.getKey(), entry.getValue().asText());
        });
        return texts;
    }

    private JsonNode at(String key) {
        JsonNode node = tree;
        for (String part : key.split("\\.")) {
            node = node.path(part);
        }
        return node;
    }
}

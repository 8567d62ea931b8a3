package kant.cli.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** JSON to and from text and files. */
public final class Json {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}

    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** Reads an object from a file; every way in which that can fail is a sentence with file, line and column. */
    public static ObjectNode read(Path file) throws CliException {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new CliException("there is no file " + file, e);
        } catch (IOException e) {
            throw new CliException("file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    /** Reads an object from text that came from {@code origin}. */
    public static ObjectNode parse(String text, String origin) throws CliException {
        try {
            JsonNode tree = MAPPER.readTree(text);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw new CliException(origin + " is not a JSON object");
        } catch (JsonProcessingException e) {
            var at = e.getLocation();
            throw new CliException(
                    origin + (at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr()) + " is not JSON: "
                            + e.getOriginalMessage(),
                    e);
        }
    }

    /** Any JSON value from text. */
    public static JsonNode value(String text) throws CliException {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new CliException("\"" + text + "\" is not JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** On one line. */
    public static String text(JsonNode node) {
        return node.toString();
    }
}

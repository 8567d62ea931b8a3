package kant.model.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/**
 * Reads and writes JSON as Jackson's {@code ObjectMapper} does where nobody sets it up: the last of equal names counts, text behind the
 * first value is not looked at, empty text is a missing node.
 */
public final class JsonText {
    private static final JsonFactory FACTORY = new JsonFactory();

    private JsonText() {}

    /** @throws JsonProcessingException where it is not JSON, with line and column */
    public static JsonNode read(String text) throws JsonProcessingException {
        try {
            return read(FACTORY.createParser(text));
        } catch (JsonProcessingException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory is always read", e);
        }
    }

    /** The same of UTF-8, UTF-16 or UTF-32. */
    public static JsonNode read(byte[] text) throws IOException {
        return read(FACTORY.createParser(text));
    }

    /** The first value of a parser of any format, which is closed. */
    public static JsonNode read(JsonParser parser) throws IOException {
        try (parser) {
            JsonNode node = TreeReader.next(parser);
            return node == null ? MissingNode.getInstance() : node;
        }
    }

    /** The values that come one after another; closes the stream with itself. */
    public static JsonValues values(InputStream text) throws IOException {
        return new JsonValues(FACTORY.createParser(text));
    }

    /** On one line, without white space. */
    public static String write(JsonNode tree) {
        return text(tree, false);
    }

    /** The same with the members of every object in the order of their names. */
    public static String writeSorted(JsonNode tree) {
        return text(tree, true);
    }

    private static String text(JsonNode tree, boolean sorted) {
        var text = new StringWriter();
        try {
            write(tree, FACTORY.createGenerator(text), sorted);
        } catch (IOException e) {
            throw unwritten(e);
        }
        return text.toString();
    }

    /** In UTF-8. */
    public static byte[] bytes(JsonNode tree) {
        return bytes(tree, false);
    }

    /** In ASCII: other characters are escaped. */
    public static byte[] ascii(JsonNode tree) {
        return bytes(tree, true);
    }

    private static byte[] bytes(JsonNode tree, boolean ascii) {
        var bytes = new ByteArrayOutputStream();
        try {
            JsonGenerator generator = FACTORY.createGenerator(bytes);
            generator.configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), ascii);
            write(tree, generator, false);
        } catch (IOException e) {
            throw unwritten(e);
        }
        return bytes.toByteArray();
    }

    private static void write(JsonNode tree, JsonGenerator generator, boolean sorted) throws IOException {
        try (generator) {
            TreeWriter.write(tree, generator, sorted);
        }
    }

    private static UncheckedIOException unwritten(IOException cause) {
        return new UncheckedIOException("a tree in memory is always written", cause);
    }
}

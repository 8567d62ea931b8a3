package kant.model.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** JSON values in a stream, one after another. */
public final class JsonValues implements AutoCloseable {
    private final JsonParser parser;

    JsonValues(JsonParser parser) {
        this.parser = parser;
    }

    /** Waits for the next one; null at the stream's end. */
    public @Nullable JsonNode next() throws IOException {
        return TreeReader.next(parser);
    }

    @Override
    public void close() throws IOException {
        parser.close();
    }
}

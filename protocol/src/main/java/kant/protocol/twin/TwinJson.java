package kant.protocol.twin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;

/** Twins as JSON bytes. */
public final class TwinJson {
    /** Twice what reported properties may weigh (device-protocols.md §1.9), for white space; parsed on an event loop, so bounded. */
    private static final int MAX_PATCH_BYTES = 64 * 1024;

    /** The contract allows 10 levels; the session says so with the property's path, this only protects the stack. */
    private static final int MAX_DEPTH = 64;

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private TwinJson() {}

    public static byte[] bytes(TwinProperties twin) {
        return bytes(twin.json());
    }

    /** The changes with the version among them, as clients expect it. */
    public static byte[] bytes(TwinPatch patch) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.setAll(patch.changes());
        json.put("$version", patch.version());
        return bytes(json);
    }

    /** A client's change of its reported properties. */
    public static ObjectNode patch(byte[] payload) throws RefusedException {
        if (payload.length > MAX_PATCH_BYTES) {
            throw new RefusedException(new Refusal.TooLarge(
                    "the reported properties are " + payload.length + " bytes, the limit is " + MAX_PATCH_BYTES));
        }
        try {
            JsonNode json = JSON.readTree(payload);
            if (json instanceof ObjectNode patch) {
                return patch;
            }
            throw new RefusedException(new Refusal.Invalid("the reported properties are not a JSON object"));
        } catch (IOException e) {
            throw new RefusedException(new Refusal.Invalid("the reported properties are not JSON: " + firstLine(e)));
        }
    }

    private static byte[] bytes(ObjectNode json) {
        try {
            return JSON.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a JSON tree can always be written", e);
        }
    }

    private static String firstLine(IOException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}

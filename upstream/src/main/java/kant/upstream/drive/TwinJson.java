package kant.upstream.drive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.OptionalLong;
import kant.model.json.JsonText;
import kant.model.twin.TwinPatch;

/** Twin documents to bytes and back; their size is bounded by what a wire carries in one piece. */
public final class TwinJson {
    private TwinJson() {}

    public static ObjectNode object(byte[] payload) throws IOException {
        try {
            if (JsonText.read(payload) instanceof ObjectNode object) {
                return object;
            }
        } catch (JsonProcessingException e) {
            throw new IOException("it is not JSON: " + e.getOriginalMessage(), e);
        }
        throw new IOException("it is not a JSON object");
    }

    public static byte[] bytes(ObjectNode object) {
        return JsonText.bytes(object);
    }

    /** A change of desired properties; the version stands beside the payload, in it, or in both. */
    public static TwinPatch patch(byte[] payload, OptionalLong version) throws IOException {
        ObjectNode changes = object(payload);
        long inPayload = changes.path("$version").asLong(0);
        changes.remove("$version");
        changes.remove("$metadata");
        return new TwinPatch(changes, version.orElse(inPayload));
    }
}

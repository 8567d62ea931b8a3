package kant.edgehub.twin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import kant.model.twin.TwinMerge;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;

/**
 * What is known of one twin.
 *
 * @param parent the twin as the parent last had it, for all we know
 * @param seen whether the parent ever told it; false where only reports are known
 * @param pending what was reported here and the parent has not acknowledged: a patch, nulls kept; empty for nothing
 * @param view the twin as the client should see it: the parent's, with its own unsent reports on top; made once, for it is read often
 */
record KnownTwin(TwinProperties parent, boolean seen, ObjectNode pending, TwinProperties view) {
    private static final ObjectMapper JSON = new ObjectMapper();

    KnownTwin(TwinProperties parent, boolean seen, ObjectNode pending) {
        this(parent, seen, pending, overlaid(parent, pending));
    }

    private static TwinProperties overlaid(TwinProperties parent, ObjectNode pending) {
        return pending.isEmpty()
                ? parent
                : new TwinProperties(
                        parent.desired(),
                        parent.desiredVersion(),
                        TwinMerge.merge(parent.reported(), pending),
                        parent.reportedVersion());
    }

    /** A twin of which nothing is known; its parts are not shared. */
    static KnownTwin unseen() {
        return new KnownTwin(TwinProperties.parse(object()), false, object());
    }

    KnownTwin withParent(TwinProperties fresh) {
        return new KnownTwin(fresh, true, pending);
    }

    KnownTwin withDesired(TwinPatch patch) {
        return new KnownTwin(
                new TwinProperties(
                        TwinMerge.merge(parent.desired(), patch.changes()),
                        patch.version(),
                        parent.reported(),
                        parent.reportedVersion()),
                true,
                pending);
    }

    KnownTwin withPending(ObjectNode patch) {
        return new KnownTwin(parent, seen, patch);
    }

    /** The parent has taken a patch. */
    KnownTwin acknowledged(ObjectNode patch, long version) {
        return new KnownTwin(
                new TwinProperties(
                        parent.desired(), parent.desiredVersion(), TwinMerge.merge(parent.reported(), patch), version),
                seen,
                pending);
    }

    byte[] bytes() {
        ObjectNode json = object();
        json.set("twin", parent.json());
        json.put("seen", seen);
        json.set("pending", pending);
        try {
            return JSON.writeValueAsBytes(json);
        } catch (IOException e) {
            throw new UncheckedIOException("a JSON tree can always be written to memory", e);
        }
    }

    static KnownTwin read(byte[] bytes) throws IOException {
        if (JSON.readTree(bytes) instanceof ObjectNode json && json.get("twin") instanceof ObjectNode twin) {
            ObjectNode pending = json.get("pending") instanceof ObjectNode p ? p : object();
            return new KnownTwin(TwinProperties.parse(twin), json.path("seen").asBoolean(), pending);
        }
        throw new IOException("a stored twin is not a JSON object with a member \"twin\"");
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}

package kant.edgeagent.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import kant.model.twin.TwinMerge;

/** Finds what must be sent so that the twin says what is so. */
public final class Reporter {
    private Reporter() {}

    /**
     * The patch from what the twin holds to the new document, nulls for what is gone; empty if nothing changed. Values of
     * types that we never write are replaced or removed like any other difference.
     */
    public static Optional<ObjectNode> patch(ObjectNode lastReported, ObjectNode document) {
        ObjectNode patch = TwinMerge.diff(lastReported, document);
        return patch.isEmpty() ? Optional.empty() : Optional.of(patch);
    }
}

package kant.iothub.twin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import kant.iothub.error.HubRefusedException;
import kant.model.twin.TwinMerge;
import kant.model.twin.TwinProperties;

/**
 * One twin, and what changes make of it; a value, whose trees must not be changed.
 *
 * @param version one more with every change of any part
 * @param changes one more with every change of tags or desired properties; the etag is made of it
 * @param modelId the DTDL id that the client last announced, empty where none
 */
record TwinDocument(
        long version, long changes, String modelId, ObjectNode tags, TwinSection desired, TwinSection reported) {

    String etag() {
        return etag(changes);
    }

    static String etag(long changes) {
        byte[] number = ByteBuffer.allocate(Long.BYTES).putLong(changes).array();
        return Base64.getEncoder().encodeToString(number);
    }

    /** After a service's patch of tags, desired properties or both; empty parts change nothing. */
    TwinDocument patched(TwinChange patch, Instant now) throws HubRefusedException {
        if (patch.isEmpty()) {
            return this;
        }
        TwinLimits.TAGS.checkPatch(patch.tags());
        TwinLimits.DESIRED.checkPatch(patch.desired());
        ObjectNode newTags = patch.tags().isEmpty() ? tags : TwinMerge.merge(tags, patch.tags());
        TwinSection newDesired = patch.desired().isEmpty() ? desired : desired.desired(patch.desired(), now);
        TwinLimits.TAGS.checkSize(newTags);
        TwinLimits.DESIRED.checkSize(newDesired.values());
        return new TwinDocument(version + 1, changes + 1, modelId, newTags, newDesired, reported);
    }

    /** The patch that leads to exactly these tags and desired properties; nulls in them stand for nothing. */
    TwinChange changeTo(ObjectNode newTags, ObjectNode newDesired) {
        return new TwinChange(difference(tags, newTags), difference(desired.values(), newDesired));
    }

    /** After a client's report. */
    TwinDocument reported(ObjectNode patch, Instant now) throws HubRefusedException {
        TwinLimits.REPORTED.checkPatch(patch);
        TwinSection newReported = reported.reported(patch, now);
        TwinLimits.REPORTED.checkSize(newReported.values());
        return new TwinDocument(version + 1, changes, modelId, tags, desired, newReported);
    }

    /** After a client announced its model. */
    TwinDocument ofModel(String newModelId) {
        return new TwinDocument(version + 1, changes, newModelId, tags, desired, reported);
    }

    /** As clients see it. */
    TwinProperties properties() {
        return new TwinProperties(desired.values(), desired.version(), reported.values(), reported.version());
    }

    private static ObjectNode difference(ObjectNode from, ObjectNode to) {
        return TwinMerge.diff(from, TwinMerge.merge(TwinChange.nothing(), to));
    }
}

/**
 * JSON text to trees and back. Trees are Jackson's, and so are the words of a text; what lies between, in Jackson an
 * {@code ObjectMapper}, is ours: that one drags 330 classes for beans along, 4 MB in every program, and agent and daemon have no beans
 * (docs/adr/0005-footprint.md). What counts there does not call {@code JsonNode.toString()} either, which makes an {@code ObjectMapper}.
 */
@NullMarked
package kant.model.json;

import org.jspecify.annotations.NullMarked;

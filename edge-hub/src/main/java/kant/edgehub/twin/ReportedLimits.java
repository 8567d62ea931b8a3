package kant.edgehub.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import kant.model.error.Refusal;

/** What a client may report (device-protocols.md §5.4). Checked for each patch, not for the merged twin, as the original does. */
public final class ReportedLimits {
    static final int MAX_DOCUMENT_BYTES = 32_768;
    static final int MAX_DEPTH = 10;
    static final int MAX_NAME_BYTES = 1024;
    static final int MAX_VALUE_BYTES = 4096;
    private static final BigInteger LEAST_INTEGER = BigInteger.ONE.shiftLeft(52).negate();
    private static final BigInteger MOST_INTEGER = BigInteger.ONE.shiftLeft(52).subtract(BigInteger.ONE);

    private ReportedLimits() {}

    /** What is wrong with a patch, with the JSON pointer of the place; empty where nothing is. */
    public static Optional<Refusal> check(ObjectNode patch) {
        int bytes = bytes(patch.toString());
        if (bytes > MAX_DOCUMENT_BYTES) {
            return invalid("", "the document has " + bytes + " bytes, at most " + MAX_DOCUMENT_BYTES + " are allowed");
        }
        return object(patch, "", 1);
    }

    private static Optional<Refusal> object(ObjectNode node, String pointer, int depth) {
        if (depth > MAX_DEPTH) {
            return invalid(pointer, "it is nested deeper than " + MAX_DEPTH + " levels");
        }
        for (var field : node.properties()) {
            String at = pointer + "/" + field.getKey();
            Optional<Refusal> wrong = name(field.getKey(), at).or(() -> value(field.getValue(), at, depth));
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> value(JsonNode value, String at, int depth) {
        if (value instanceof ObjectNode object) {
            return object(object, at, depth + 1);
        }
        if (value instanceof ArrayNode array) {
            return array(array, at, depth + 1);
        }
        if (value.isTextual() && bytes(value.textValue()) > MAX_VALUE_BYTES) {
            return invalid(at, "its text has more than " + MAX_VALUE_BYTES + " bytes");
        }
        if (value.isIntegralNumber() && outside(value.bigIntegerValue())) {
            return invalid(at, "the integer is outside -2^52 to 2^52-1");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> array(ArrayNode array, String at, int depth) {
        if (depth > MAX_DEPTH) {
            return invalid(at, "it is nested deeper than " + MAX_DEPTH + " levels");
        }
        for (int i = 0; i < array.size(); i++) {
            JsonNode element = array.get(i);
            String place = at + "/" + i;
            if (element.isNull()) {
                return invalid(place, "null is not allowed in an array");
            }
            Optional<Refusal> wrong = value(element, place, depth);
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return Optional.empty();
    }

    private static Optional<Refusal> name(String name, String at) {
        if (bytes(name) > MAX_NAME_BYTES) {
            return invalid(at, "the name has more than " + MAX_NAME_BYTES + " bytes");
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' || c == '$' || c == '#' || Character.isISOControl(c) || Character.isWhitespace(c)) {
                return invalid(at, "the name contains a control character, white space, or one of . $ #");
            }
        }
        return Optional.empty();
    }

    private static boolean outside(BigInteger value) {
        return value.compareTo(LEAST_INTEGER) < 0 || value.compareTo(MOST_INTEGER) > 0;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static Optional<Refusal> invalid(String at, String why) {
        String place = at.length() > 200 ? at.substring(0, 200) + "…" : at;
        return Optional.of(new Refusal.Invalid("reported properties refused at \"" + place + "\": " + why));
    }
}

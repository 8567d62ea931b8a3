package kant.iothub.twin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;

/** What a part of a twin may hold (reference/device-protocols.md §1.9 and §5.4, agent.md §1.5). */
enum TwinLimits {
    TAGS("tags", 8 * 1024),
    DESIRED("properties.desired", 32 * 1024),
    REPORTED("properties.reported", 32 * 1024);

    private static final int MAX_DEPTH = 10;
    private static final int MAX_NAME_BYTES = 1024;
    private static final int MAX_TEXT_BYTES = 4096;
    private static final long MIN_INTEGER = -(1L << 52);
    private static final long MAX_INTEGER = (1L << 52) - 1;
    private static final int NUMBER_BYTES = 8;
    private static final int BOOLEAN_BYTES = 4;

    private final String section;
    private final int maxBytes;

    TwinLimits(String section, int maxBytes) {
        this.section = section;
        this.maxBytes = maxBytes;
    }

    /** Checks names, values and nesting of what a caller sent. */
    void checkPatch(ObjectNode patch) throws HubRefusedException {
        checkObject(patch, section, 1);
    }

    /** Checks the size of the part as it would be afterwards. */
    void checkSize(ObjectNode values) throws HubRefusedException {
        long bytes = size(values);
        if (bytes > maxBytes) {
            throw refused(section, "would have " + bytes + " bytes, " + maxBytes + " are allowed");
        }
    }

    private void checkObject(ObjectNode object, String path, int depth) throws HubRefusedException {
        if (depth > MAX_DEPTH && !object.isEmpty()) {
            throw refused(path, "is nested deeper than " + MAX_DEPTH + " levels");
        }
        for (var field : object.properties()) {
            checkName(field.getKey(), path);
            checkValue(field.getValue(), path + "." + field.getKey(), depth + 1);
        }
    }

    private void checkValue(JsonNode value, String path, int depth) throws HubRefusedException {
        if (value instanceof ObjectNode object) {
            checkObject(object, path, depth);
        } else if (value.isArray()) {
            checkArray(value, path, depth);
        } else if (value.isTextual()) {
            checkText(value.textValue(), path);
        } else if (value.isIntegralNumber()) {
            checkInteger(value, path);
        }
    }

    private void checkArray(JsonNode array, String path, int depth) throws HubRefusedException {
        if (depth > MAX_DEPTH) {
            throw refused(path, "is nested deeper than " + MAX_DEPTH + " levels");
        }
        for (int i = 0; i < array.size(); i++) {
            String element = path + "[" + i + "]";
            if (array.get(i).isNull()) {
                throw refused(element, "is null, which is not allowed in an array");
            }
            checkValue(array.get(i), element, depth + 1);
        }
    }

    private void checkName(String name, String path) throws HubRefusedException {
        if (name.isEmpty() || name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
            throw refused(path, "has a name that is empty or longer than " + MAX_NAME_BYTES + " bytes");
        }
        if (name.chars().anyMatch(c -> Character.isISOControl(c) || c == '.' || c == '$' || c == ' ')) {
            throw refused(path, "has a name with one of . $ space or a control character: \"" + name + "\"");
        }
    }

    private void checkText(String text, String path) throws HubRefusedException {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_TEXT_BYTES) {
            throw refused(path, "is a string of " + bytes + " bytes, " + MAX_TEXT_BYTES + " are allowed");
        }
    }

    private void checkInteger(JsonNode number, String path) throws HubRefusedException {
        if (!number.canConvertToLong() || number.longValue() < MIN_INTEGER || number.longValue() > MAX_INTEGER) {
            throw refused(path, "is an integer outside of " + MIN_INTEGER + " to " + MAX_INTEGER);
        }
    }

    private static long size(JsonNode value) {
        long bytes = 0;
        if (value instanceof ObjectNode object) {
            for (var field : object.properties()) {
                bytes += textSize(field.getKey()) + size(field.getValue());
            }
        } else if (value.isArray()) {
            for (JsonNode element : value) {
                bytes += size(element);
            }
        } else if (value.isTextual()) {
            bytes = textSize(value.textValue());
        } else if (value.isNumber()) {
            bytes = NUMBER_BYTES;
        } else if (value.isBoolean()) {
            bytes = BOOLEAN_BYTES;
        }
        return bytes;
    }

    /** Control characters do not count. */
    private static long textSize(String text) {
        long controls = text.chars().filter(Character::isISOControl).count();
        long controlBytes =
                text.chars().filter(c -> Character.isISOControl(c) && c >= 0x80).count();
        return text.getBytes(StandardCharsets.UTF_8).length - controls - controlBytes;
    }

    private static HubRefusedException refused(String path, String why) {
        return new HubRefusedException(ErrorCode.ARGUMENT_INVALID, path + " " + why);
    }
}

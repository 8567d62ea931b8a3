package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;

/** The three answers a condition can give; a twin matches where it is {@link #TRUE}. */
enum Truth {
    TRUE,
    FALSE,
    UNDEFINED;

    static Truth of(boolean value) {
        return value ? TRUE : FALSE;
    }

    /** Of a value that stands where a condition should: only true and false say something. */
    static Truth of(JsonNode value) {
        return value.isBoolean() ? of(value.booleanValue()) : UNDEFINED;
    }

    Truth not() {
        return switch (this) {
            case TRUE -> FALSE;
            case FALSE -> TRUE;
            case UNDEFINED -> UNDEFINED;
        };
    }
}

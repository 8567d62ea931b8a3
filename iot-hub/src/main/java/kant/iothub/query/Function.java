package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Predicate;

/** The functions of the language; each answers yes or no. */
enum Function {
    IS_DEFINED(value -> !value.isMissingNode()),
    IS_NULL(JsonNode::isNull),
    IS_BOOL(JsonNode::isBoolean),
    IS_NUMBER(JsonNode::isNumber),
    IS_STRING(JsonNode::isTextual),
    IS_ARRAY(JsonNode::isArray),
    IS_OBJECT(JsonNode::isObject),
    STARTS_WITH(String::startsWith),
    ENDS_WITH(String::endsWith),
    CONTAINS(String::contains);

    private final int arguments;
    private final java.util.function.Function<List<JsonNode>, Truth> body;

    Function(Predicate<JsonNode> test) {
        arguments = 1;
        body = values -> Truth.of(test.test(values.getFirst()));
    }

    /** Of two strings; of anything else undefined. */
    Function(BiPredicate<String, String> test) {
        arguments = 2;
        body = values -> {
            String text = values.get(0).textValue();
            String part = values.get(1).textValue();
            return text == null || part == null ? Truth.UNDEFINED : Truth.of(test.test(text, part));
        };
    }

    /** By its name in any case, with and without underscores. */
    static Optional<Function> of(String name) {
        String wanted = plain(name);
        return Arrays.stream(values())
                .filter(function -> plain(function.name()).equals(wanted))
                .findFirst();
    }

    int arguments() {
        return arguments;
    }

    Truth of(List<JsonNode> values) {
        return body.apply(values);
    }

    private static String plain(String name) {
        return name.replace("_", "").toLowerCase(Locale.ROOT);
    }
}

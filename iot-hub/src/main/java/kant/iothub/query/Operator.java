package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How two values are compared. */
enum Operator {
    EQUAL("="),
    UNEQUAL("!=", "<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final List<String> spellings;

    Operator(String... spellings) {
        this.spellings = List.of(spellings);
    }

    static Optional<Operator> of(Token token) {
        return Arrays.stream(values())
                .filter(operator -> operator.spellings.stream().anyMatch(token::isSymbol))
                .findFirst();
    }

    /**
     * Where one of the two is not there, neither is an answer. Values of different kinds are unequal and in no order; only
     * numbers and strings are in one.
     */
    Truth compare(JsonNode left, JsonNode right) {
        if (left.isMissingNode() || right.isMissingNode()) {
            return Truth.UNDEFINED;
        }
        return switch (this) {
            case EQUAL -> Truth.of(equal(left, right));
            case UNEQUAL -> Truth.of(!equal(left, right));
            case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> ordered(left, right);
        };
    }

    private Truth ordered(JsonNode left, JsonNode right) {
        int order;
        if (left.isNumber() && right.isNumber()) {
            order = left.decimalValue().compareTo(right.decimalValue());
        } else if (left.isTextual() && right.isTextual()) {
            order = left.textValue().compareTo(right.textValue());
        } else {
            return Truth.UNDEFINED;
        }
        return Truth.of(
                switch (this) {
                    case LESS -> order < 0;
                    case LESS_OR_EQUAL -> order <= 0;
                    case GREATER -> order > 0;
                    case GREATER_OR_EQUAL -> order >= 0;
                    case EQUAL, UNEQUAL -> throw new AssertionError(this + " asks for no order");
                });
    }

    private static boolean equal(JsonNode left, JsonNode right) {
        return left.isNumber() && right.isNumber()
                ? left.decimalValue().compareTo(right.decimalValue()) == 0
                : left.equals(right);
    }
}

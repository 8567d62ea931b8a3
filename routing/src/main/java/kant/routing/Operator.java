package kant.routing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The binary operators; a higher level binds stronger, equal levels bind to the left. */
enum Operator {
    COALESCE("??", 0),
    OR("or", 1),
    AND("and", 2),
    EQUAL("=", 3),
    NOT_EQUAL("!=", 3),
    LESS("<", 4),
    LESS_OR_EQUAL("<=", 4),
    GREATER(">", 4),
    GREATER_OR_EQUAL(">=", 4),
    ADD("+", 5),
    SUBTRACT("-", 5),
    CONCAT("||", 5),
    MULTIPLY("*", 6),
    DIVIDE("/", 6),
    REMAINDER("%", 6);

    private final String text;
    private final int level;

    Operator(String text, int level) {
        this.text = text;
        this.level = level;
    }

    int level() {
        return level;
    }

    /** Whether a comparison holds for operands in this order: negative where the left one is less. */
    boolean accepts(int order) {
        return switch (this) {
            case EQUAL -> order == 0;
            case NOT_EQUAL -> order != 0;
            case LESS -> order < 0;
            case LESS_OR_EQUAL -> order <= 0;
            case GREATER -> order > 0;
            case GREATER_OR_EQUAL -> order >= 0;
            case COALESCE, OR, AND, ADD, SUBTRACT, CONCAT, MULTIPLY, DIVIDE, REMAINDER ->
                throw new AssertionError(this + " compares nothing");
        };
    }

    boolean isComparison() {
        return level == EQUAL.level || level == LESS.level;
    }

    /** The result of arithmetic; not a number (that is, undefined) where an operand is. */
    double calculate(double left, double right) {
        return switch (this) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
            case REMAINDER -> left % right;
            case COALESCE, OR, AND, EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, CONCAT ->
                throw new AssertionError(this + " calculates nothing");
        };
    }

    boolean isArithmetic() {
        return this != CONCAT && level >= ADD.level;
    }

    /** The operator that the token is, null if it is none. */
    static @Nullable Operator of(Token token) {
        if (!token.is(Token.Kind.OPERATOR)) {
            return null;
        }
        String spelled = token.text().equals("<>") ? "!=" : token.text().toLowerCase(Locale.ROOT);
        for (Operator operator : values()) {
            if (operator.text.equals(spelled)) {
                return operator;
            }
        }
        throw new AssertionError("the lexer knows an operator that the table does not: " + token);
    }
}

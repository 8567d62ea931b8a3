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

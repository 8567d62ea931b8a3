package kant.routing;

import java.util.function.DoubleBinaryOperator;
import java.util.function.IntPredicate;

/** What a binary operator does at run time, where the static types are right. */
@FunctionalInterface
interface Binary {
    Value apply(Value left, Value right);

    /** @param json whether one side is of type {@link Type#JSON}: then both must be booleans, and there is no short cut */
    static Binary of(Operator operator, boolean json) {
        return switch (operator) {
            case COALESCE -> (left, right) -> left == Value.UNDEFINED ? right : left;
            case AND -> json ? strict(Binary::and) : Binary::and;
            case OR -> json ? strict(Binary::or) : Binary::or;
            case EQUAL -> comparison(sign -> sign == 0);
            case NOT_EQUAL -> comparison(sign -> sign != 0);
            case LESS -> comparison(sign -> sign < 0);
            case LESS_OR_EQUAL -> comparison(sign -> sign <= 0);
            case GREATER -> comparison(sign -> sign > 0);
            case GREATER_OR_EQUAL -> comparison(sign -> sign >= 0);
            case ADD -> arithmetic((left, right) -> left + right);
            case SUBTRACT -> arithmetic((left, right) -> left - right);
            case MULTIPLY -> arithmetic((left, right) -> left * right);
            case DIVIDE -> arithmetic((left, right) -> left / right);
            case REMAINDER -> arithmetic((left, right) -> left % right);
            case CONCAT -> Binary::concat;
        };
    }

    private static Value and(Value left, Value right) {
        if (left == Value.NULL || right == Value.NULL) {
            return Value.NULL;
        }
        if (left == Value.Bool.FALSE || right == Value.Bool.FALSE) {
            return Value.Bool.FALSE;
        }
        return left == Value.UNDEFINED ? left : right;
    }

    private static Value or(Value left, Value right) {
        if (left == Value.NULL) {
            return right;
        }
        if (right == Value.NULL) {
            return left;
        }
        if (left == Value.Bool.TRUE || right == Value.Bool.TRUE) {
            return Value.Bool.TRUE;
        }
        return left == Value.UNDEFINED ? left : right;
    }

    private static Binary strict(Binary logic) {
        return (left, right) ->
                left instanceof Value.Bool && right instanceof Value.Bool ? logic.apply(left, right) : Value.UNDEFINED;
    }

    private static Binary arithmetic(DoubleBinaryOperator operation) {
        return (left, right) -> left instanceof Value.Number(double a) && right instanceof Value.Number(double b)
                ? Value.of(operation.applyAsDouble(a, b))
                : Value.UNDEFINED;
    }

    private static Value concat(Value left, Value right) {
        return left instanceof Value.Text(String a) && right instanceof Value.Text(String b)
                ? Value.of(a + b)
                : Value.UNDEFINED;
    }

    private static Binary comparison(IntPredicate accepts) {
        return (left, right) -> left == Value.UNDEFINED || right == Value.UNDEFINED
                ? Value.UNDEFINED
                : Value.of(accepts.test(order(left, right)));
    }

    /** Different kinds, which only a body can bring together, stand in the order bool, number, string, null. */
    private static int order(Value left, Value right) {
        if (left instanceof Value.Text(String a) && right instanceof Value.Text(String b)) {
            return a.compareTo(b);
        }
        if (left instanceof Value.Number(double a) && right instanceof Value.Number(double b)) {
            return a < b ? -1 : a > b ? 1 : 0; // not Double.compare, for which 0 and -0 differ
        }
        if (left instanceof Value.Bool a && right instanceof Value.Bool b) {
            return a.compareTo(b);
        }
        return Integer.compare(kind(left), kind(right));
    }

    private static int kind(Value value) {
        return switch (value) {
            case Value.Bool _ -> 0;
            case Value.Number _ -> 1;
            case Value.Text _ -> 2;
            case Value.Nothing _ -> 3;
        };
    }
}

package kant.routing;

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
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> comparison(operator);
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER -> arithmetic(operator);
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

    private static Binary arithmetic(Operator operator) {
        return (left, right) -> left instanceof Value.Number(double a) && right instanceof Value.Number(double b)
                ? Value.of(operator.calculate(a, b))
                : Value.UNDEFINED;
    }

    private static Value concat(Value left, Value right) {
        return left instanceof Value.Text(String a) && right instanceof Value.Text(String b)
                ? Value.of(a + b)
                : Value.UNDEFINED;
    }

    private static Binary comparison(Operator operator) {
        return (left, right) -> left == Value.UNDEFINED || right == Value.UNDEFINED
                ? Value.UNDEFINED
                : Value.of(operator.accepts(order(left, right)));
    }

    /** Different kinds, which only a body can bring together, stand in the order bool, number, string, null. */
    private static int order(Value left, Value right) {
        if (left instanceof Value.Text(String a) && right instanceof Value.Text(String b)) {
            return a.compareTo(b);
        }
        if (left instanceof Value.Number(double a) && right instanceof Value.Number(double b)) {
            return order(a, b);
        }
        if (left instanceof Value.Bool a && right instanceof Value.Bool b) {
            return a.compareTo(b);
        }
        return Integer.compare(kind(left), kind(right));
    }

    /** Not {@link Double#compare}, for which 0 and -0 differ. */
    static int order(double a, double b) {
        return a < b ? -1 : a > b ? 1 : 0;
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

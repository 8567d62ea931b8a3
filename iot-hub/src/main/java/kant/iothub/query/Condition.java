package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What follows WHERE. */
public record Condition(Expression expression) {

    /** Whether it is true of a twin; what it says of values that are not there is neither true nor false. */
    public boolean matches(TwinFields twin) {
        return truth(expression, twin) == Truth.TRUE;
    }

    /** The fields it looks at. */
    public Set<Field> fields() {
        Set<Field> fields = EnumSet.noneOf(Field.class);
        collect(expression, fields);
        return fields;
    }

    /** The one text that a field must equal for the condition to be true, where it says so in so many words. */
    public Optional<String> required(Field field) {
        return required(expression, field);
    }

    private static Optional<String> required(Expression expression, Field field) {
        if (expression instanceof Expression.And(Expression left, Expression right)) {
            return required(left, field).or(() -> required(right, field));
        }
        if (expression instanceof Expression.Comparison(Operator operator, Expression left, Expression right)
                && operator == Operator.EQUAL) {
            return constant(left, right, field).or(() -> constant(right, left, field));
        }
        return Optional.empty();
    }

    private static Optional<String> constant(Expression attribute, Expression constant, Field field) {
        return attribute instanceof Expression.Attribute asked
                        && asked.field() == field
                        && asked.below().isEmpty()
                        && constant instanceof Expression.Constant(JsonNode value)
                        && value.isTextual()
                ? Optional.of(value.textValue())
                : Optional.empty();
    }

    private static Truth truth(Expression expression, TwinFields twin) {
        return switch (expression) {
            case Expression.And(Expression left, Expression right) -> and(left, right, twin);
            case Expression.Or(Expression left, Expression right) -> or(left, right, twin);
            case Expression.Not(Expression of) -> truth(of, twin).not();
            case Expression.Comparison(Operator operator, Expression left, Expression right) ->
                operator.compare(value(left, twin), value(right, twin));
            case Expression.Among(Expression of, List<Expression> values) -> among(value(of, twin), values, twin);
            case Expression.Call(Function function, List<Expression> arguments) ->
                function.of(arguments.stream()
                        .map(argument -> value(argument, twin))
                        .toList());
            case Expression.Constant(JsonNode value) -> Truth.of(value);
            case Expression.Attribute attribute -> Truth.of(twin.value(attribute));
        };
    }

    private static Truth and(Expression left, Expression right, TwinFields twin) {
        Truth first = truth(left, twin);
        if (first == Truth.FALSE) {
            return first;
        }
        Truth second = truth(right, twin);
        return first == Truth.TRUE || second == Truth.FALSE ? second : Truth.UNDEFINED;
    }

    private static Truth or(Expression left, Expression right, TwinFields twin) {
        Truth first = truth(left, twin);
        if (first == Truth.TRUE) {
            return first;
        }
        Truth second = truth(right, twin);
        return first == Truth.FALSE || second == Truth.TRUE ? second : Truth.UNDEFINED;
    }

    private static Truth among(JsonNode value, List<Expression> values, TwinFields twin) {
        if (value.isMissingNode()) {
            return Truth.UNDEFINED;
        }
        return Truth.of(values.stream().anyMatch(one -> Operator.EQUAL.compare(value, value(one, twin)) == Truth.TRUE));
    }

    private static JsonNode value(Expression expression, TwinFields twin) {
        return switch (expression) {
            case Expression.Constant(JsonNode value) -> value;
            case Expression.Attribute attribute -> twin.value(attribute);
            case Expression.And _,
                    Expression.Or _,
                    Expression.Not _,
                    Expression.Comparison _,
                    Expression.Among _,
                    Expression.Call _ ->
                switch (truth(expression, twin)) {
                    case TRUE -> BooleanNode.TRUE;
                    case FALSE -> BooleanNode.FALSE;
                    case UNDEFINED -> MissingNode.getInstance();
                };
        };
    }

    private static void collect(Expression expression, Set<Field> fields) {
        if (expression instanceof Expression.Attribute attribute) {
            fields.add(attribute.field());
        }
        parts(expression).forEach(part -> collect(part, fields));
    }

    private static List<Expression> parts(Expression expression) {
        return switch (expression) {
            case Expression.And(Expression left, Expression right) -> List.of(left, right);
            case Expression.Or(Expression left, Expression right) -> List.of(left, right);
            case Expression.Comparison(Operator _, Expression left, Expression right) -> List.of(left, right);
            case Expression.Not(Expression of) -> List.of(of);
            case Expression.Call(Function _, List<Expression> arguments) -> arguments;
            case Expression.Among(Expression of, List<Expression> values) -> {
                List<Expression> all = new ArrayList<>(values);
                all.add(of);
                yield all;
            }
            case Expression.Constant _, Expression.Attribute _ -> List.of();
        };
    }
}

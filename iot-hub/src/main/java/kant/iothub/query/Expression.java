package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A condition or a part of one. */
public sealed interface Expression {

    record Constant(JsonNode value) implements Expression {}

    /**
     * A value of the twin.
     *
     * @param below the names that lead from the field to it; empty for the field itself
     */
    record Attribute(Field field, List<String> below) implements Expression {
        public Attribute {
            below = List.copyOf(below);
        }

        /** What a column of this is called: its last name. */
        String lastName() {
            return below.isEmpty() ? field.text() : below.getLast();
        }
    }

    record Comparison(Operator operator, Expression left, Expression right) implements Expression {}

    /** {@code IN}: whether it equals one of several. */
    record Among(Expression of, List<Expression> values) implements Expression {
        public Among {
            values = List.copyOf(values);
        }
    }

    record Call(Function function, List<Expression> arguments) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    record And(Expression left, Expression right) implements Expression {}

    record Or(Expression left, Expression right) implements Expression {}

    record Not(Expression of) implements Expression {}
}

package kant.iothub.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kant.iothub.query.Token.Kind;

/** Reads what follows WHERE: OR binds weaker than AND, AND than NOT, NOT than comparisons. */
final class ConditionParser {
    /** Parentheses and NOTs within one another; the parser and what it makes are walked by recursion. */
    private static final int MAX_DEPTH = 32;

    /** Beyond it numbers are no one's and only cost: 1e999999999 is a number of a billion digits to some operations. */
    private static final int MAX_NUMBER_CHARACTERS = 40;

    private static final int MAX_EXPONENT = 400;

    private final Tokens tokens;
    private int depth;

    ConditionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    Expression condition() throws QueryException {
        Expression condition = and();
        while (tokens.takeWord("OR")) {
            condition = new Expression.Or(condition, and());
        }
        return condition;
    }

    private Expression and() throws QueryException {
        Expression condition = not();
        while (tokens.takeWord("AND")) {
            condition = new Expression.And(condition, not());
        }
        return condition;
    }

    private Expression not() throws QueryException {
        if (!tokens.takeWord("NOT")) {
            return comparison();
        }
        enter();
        Expression condition = new Expression.Not(not());
        depth--;
        return condition;
    }

    private Expression comparison() throws QueryException {
        Expression left = operand();
        Optional<Operator> operator = Operator.of(tokens.peek());
        if (operator.isPresent()) {
            tokens.take();
            return new Expression.Comparison(operator.get(), left, operand());
        }
        if (tokens.takeWord("IN")) {
            return new Expression.Among(left, list());
        }
        if (tokens.takeWord("NIN")) {
            return new Expression.Not(new Expression.Among(left, list()));
        }
        return left;
    }

    /** IoT Hub writes {@code ['a', 'b']}; parentheses, as in SQL, are taken, too. */
    private List<Expression> list() throws QueryException {
        String end = tokens.takeSymbol("(") ? ")" : "]";
        if (end.equals("]")) {
            tokens.requireSymbol("[");
        }
        List<Expression> values = new ArrayList<>();
        do {
            values.add(operand());
        } while (tokens.takeSymbol(","));
        tokens.requireSymbol(end);
        return values;
    }

    private Expression operand() throws QueryException {
        if (tokens.takeSymbol("(")) {
            enter();
            Expression inner = condition();
            depth--;
            tokens.requireSymbol(")");
            return inner;
        }
        Token token = tokens.peek();
        return switch (token.kind()) {
            case STRING -> new Expression.Constant(new TextNode(tokens.take().text()));
            case NUMBER -> new Expression.Constant(number(tokens.take()));
            case WORD -> word(token);
            case NAME, SYMBOL, END -> throw tokens.expected("a value, an attribute as tags.place, a function or \"(\"");
        };
    }

    private Expression word(Token word) throws QueryException {
        if (word.text().equals("true") || word.text().equals("false")) {
            return constant(BooleanNode.valueOf(word.text().equals("true")));
        }
        if (word.text().equals("null")) {
            return constant(NullNode.getInstance());
        }
        if (word.text().equals("undefined")) {
            return constant(MissingNode.getInstance());
        }
        Optional<Function> function = Function.of(word.text());
        return function.isPresent() ? call(function.get()) : attribute();
    }

    private Expression constant(JsonNode value) {
        tokens.take();
        return new Expression.Constant(value);
    }

    private Expression call(Function function) throws QueryException {
        Token name = tokens.take();
        tokens.requireSymbol("(");
        List<Expression> arguments = new ArrayList<>();
        do {
            arguments.add(operand());
        } while (tokens.takeSymbol(","));
        tokens.requireSymbol(")");
        if (arguments.size() != function.arguments()) {
            throw new QueryException(
                    name.text() + " takes " + function.arguments() + " arguments, not " + arguments.size());
        }
        return new Expression.Call(function, arguments);
    }

    Expression.Attribute attribute() throws QueryException {
        Token first = tokens.take();
        if (first.kind() != Kind.WORD) {
            throw new QueryException("expected an attribute as tags.place, found " + first.shown());
        }
        Field field = Field.of(first.text())
                .orElseThrow(() -> new QueryException(first.shown() + " is neither an attribute of a twin ("
                        + Field.all() + ") nor a function; strings are written in single quotes"));
        List<String> below = new ArrayList<>();
        while (tokens.takeSymbol(".")) {
            Token name = tokens.take();
            if (name.kind() != Kind.WORD && name.kind() != Kind.NAME) {
                throw new QueryException("a dot needs a name behind it, not " + name.shown()
                        + "; names with special characters are written [[name]]");
            }
            below.add(name.text());
        }
        return new Expression.Attribute(field, below);
    }

    private static JsonNode number(Token token) throws QueryException {
        try {
            var value = new BigDecimal(token.text());
            if (token.text().length() <= MAX_NUMBER_CHARACTERS && Math.abs((long) value.scale()) <= MAX_EXPONENT) {
                return DecimalNode.valueOf(value);
            }
        } catch (NumberFormatException _) {
            // its exponent is beyond all numbers: refused below
        }
        throw new QueryException(token.shown() + " is too long or too large for a number");
    }

    private void enter() throws QueryException {
        if (++depth > MAX_DEPTH) {
            throw new QueryException("it is nested deeper than " + MAX_DEPTH + " levels");
        }
    }
}

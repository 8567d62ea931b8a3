package kant.routing;

import java.util.ArrayList;
import java.util.List;
import kant.routing.Token.Kind;

/**
 * Recursive descent over a condition; operators by precedence climbing. Depth is bounded, so that neither parsing nor
 * running a condition can exhaust a stack of 256 KiB; length is not, as a chain of operators stays flat.
 */
final class ConditionParser {
    /** How deep parentheses, unary operators and arguments may nest. Hand-written routes stay below ten. */
    static final int MAX_DEPTH = 50;

    private static final String BODY_PREFIX = "$body.";
    private static final String TWIN = "$twin";
    private static final String TWIN_PREFIX = "$twin.";

    private final Tokens tokens;
    private int depth;
    private int end;

    ConditionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Takes as many tokens as make an expression. */
    Expression expression() throws CompileException {
        return binary(0);
    }

    /** Where the last token taken ends in the text. */
    int end() {
        return end;
    }

    private Expression binary(int minLevel) throws CompileException {
        Expression left = unary();
        Operator operator = Operator.of(tokens.peek());
        while (operator != null && operator.level() >= minLevel) {
            int level = operator.level();
            var links = new ArrayList<Expression.Link>(2);
            while (operator != null && operator.level() == level) {
                Token at = take();
                links.add(new Expression.Link(at, operator, binary(level + 1)));
                operator = Operator.of(tokens.peek());
            }
            left = new Expression.Chain(left, List.copyOf(links));
        }
        return left;
    }

    private Expression unary() throws CompileException {
        Token token = tokens.peek();
        if (depth == MAX_DEPTH) {
            throw new CompileException(List.of(CompileError.at(
                    token, "Syntax error.", "nested deeper than " + MAX_DEPTH + " parentheses, operators and calls")));
        }
        depth++;
        Expression expression;
        if (token.is(Kind.NOT)) {
            expression = new Expression.Not(take(), unary());
        } else if (token.is(Kind.OPERATOR) && token.text().equals("-")) {
            expression = new Expression.Negate(take(), unary());
        } else {
            expression = primary();
        }
        depth--;
        return expression;
    }

    private Expression primary() throws CompileException {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case OPEN -> nested();
            case OPEN_BRACE -> braced();
            case SYSTEM_PROPERTY -> reference(take(), true);
            case ID -> propertyOrCall();
            default -> literal(token);
        };
    }

    private Expression nested() throws CompileException {
        Token open = take();
        Expression inner = expression();
        close(open);
        return inner;
    }

    private void close(Token open) throws CompileException {
        if (tokens.nextIs(Kind.END) || tokens.nextIs(Kind.INTO)) {
            throw CompileException.syntaxOf(open, "missing closing ')'");
        }
        end = tokens.expect(Kind.CLOSE, "an operator or ')'").end();
    }

    private Expression braced() throws CompileException {
        take();
        Token name = tokens.expect(Kind.SYSTEM_PROPERTY, "a name that begins with $");
        end = tokens.expect(Kind.CLOSE_BRACE, "'}'").end();
        return reference(name, false);
    }

    private static Expression reference(Token name, boolean shadowed) {
        String text = name.text();
        if (begins(text, BODY_PREFIX)) {
            return new Expression.Body(name, text.substring(BODY_PREFIX.length()), shadowed);
        }
        if (begins(text, TWIN_PREFIX) || text.equalsIgnoreCase(TWIN)) {
            return new Expression.Twin(name, text.substring(Math.min(TWIN_PREFIX.length(), text.length())), shadowed);
        }
        return new Expression.SystemProperty(name, text.substring(1), shadowed);
    }

    private static boolean begins(String text, String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private Expression propertyOrCall() throws CompileException {
        Token name = take();
        if (!tokens.nextIs(Kind.OPEN)) {
            return new Expression.Property(name, name.text());
        }
        Token open = take();
        var arguments = new ArrayList<Expression>(2);
        if (!tokens.nextIs(Kind.CLOSE)) {
            arguments.add(expression());
            while (tokens.nextIs(Kind.COMMA)) {
                take();
                arguments.add(expression());
            }
        }
        close(open);
        return new Expression.Call(name, List.copyOf(arguments));
    }

    private Expression literal(Token token) throws CompileException {
        Expression literal = switch (token.kind()) {
            case TRUE -> new Expression.Literal(Type.BOOL, Value.Bool.TRUE);
            case FALSE -> new Expression.Literal(Type.BOOL, Value.Bool.FALSE);
            case NULL -> new Expression.Literal(Type.NULL, Value.NULL);
            case UNDEFINED -> new Expression.Literal(Type.UNDEFINED, Value.UNDEFINED);
            case NUMBER -> new Expression.Literal(Type.NUMBER, Value.of(NumberText.parse(token.text())));
            case HEX -> hex(token);
            case STRING -> new Expression.Literal(Type.STRING, Value.of(unescaped(token.text())));
            default -> throw tokens.unexpected("a value");
        };
        take();
        return literal;
    }

    private static Expression hex(Token token) {
        Value value = NumberText.hex(token.text());
        return new Expression.Literal(value == Value.UNDEFINED ? Type.UNDEFINED : Type.NUMBER, value);
    }

    private Token take() {
        Token token = tokens.next();
        end = token.end();
        return token;
    }

    private static String unescaped(String quoted) {
        if (quoted.indexOf('\\') < 0) {
            return quoted.substring(1, quoted.length() - 1);
        }
        var plain = new StringBuilder(quoted.length());
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c == '\\' && quoted.charAt(i + 1) == 'u') {
                plain.append((char) Integer.parseInt(quoted, i + 2, i + 6, 16));
                i += 5;
            } else {
                plain.append(c == '\\' ? quoted.charAt(++i) : c);
            }
        }
        return plain.toString();
    }
}

package kant.routing;

import java.util.List;
import java.util.stream.Collectors;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.message.Message;

/** A compiled condition: what stands behind {@code WHERE}, or alone. Compiling checks grammar and types, so that it never fails later. */
public final class Condition {
    /** The longest text; a twin's string value has at most 4 KiB, so this only bounds what a mistake can cost. */
    static final int MAX_CHARACTERS = 32_768;

    /** Where a route has no {@code WHERE}. */
    static final Condition ALWAYS = new Condition(
            "true", new Expression.Literal(Type.BOOL, Value.Bool.TRUE), new Code.Constant(Value.Bool.TRUE));

    /** What of a list of mistakes is worth reporting; the reason has to fit into a reported property. */
    private static final int MAX_REASON_CHARACTERS = 2_000;

    private final String text;
    private final Expression expression;
    private final Code code;

    private Condition(String text, Expression expression, Code code) {
        this.text = text;
        this.expression = expression;
        this.code = code;
    }

    /**
     * Compiles a condition that stands alone. An empty one, as in the original, is always undefined.
     *
     * @throws RefusedException with every mistake, its line and its columns
     */
    public static Condition compile(String text) throws RefusedException {
        if (text.length() > MAX_CHARACTERS) {
            throw refused("it has " + text.length() + " characters, more than " + MAX_CHARACTERS);
        }
        try {
            var tokens = new Tokens(text);
            if (tokens.nextIs(Token.Kind.END)) {
                return of(text, new Expression.Literal(Type.UNDEFINED, Value.UNDEFINED));
            }
            Expression expression = new ConditionParser(tokens).expression();
            tokens.expect(Token.Kind.END, "an operator or the end of the condition");
            return of(text, expression);
        } catch (CompileException e) {
            throw refused(described(e.errors()));
        }
    }

    static Condition of(String text, Expression expression) throws CompileException {
        return new Condition(text, expression, Compiler.compile(expression));
    }

    /** As written, from the first to the last token; {@code true} where a route has none. */
    public String text() {
        return text;
    }

    /** Whether it is true of the message. */
    public boolean holds(Message message, TwinSource twins) {
        return holds(new Evaluation(message, twins));
    }

    /** The same with the reasons; for people, much slower. */
    public Explanation explain(Message message, TwinSource twins) {
        return Explainer.explain(expression, new Evaluation(message, twins));
    }

    boolean holds(Evaluation evaluation) {
        return code.holds(evaluation);
    }

    static String described(List<CompileError> errors) {
        String all = errors.stream().map(CompileError::toString).collect(Collectors.joining("; "));
        return all.length() <= MAX_REASON_CHARACTERS ? all : all.substring(0, MAX_REASON_CHARACTERS) + "…";
    }

    private static RefusedException refused(String reason) {
        return new RefusedException(new Refusal.Invalid("Error parsing condition - " + reason));
    }
}

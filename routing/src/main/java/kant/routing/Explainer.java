package kant.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kant.routing.Explanation.Finding;
import kant.routing.Explanation.Verdict;

/** Walks a condition that has been compiled and notes what its parts were for one message; slow, for people. */
final class Explainer {
    private final Evaluation evaluation;
    private final List<Finding> findings = new ArrayList<>();

    private Explainer(Evaluation evaluation) {
        this.evaluation = evaluation;
    }

    static Explanation explain(Expression condition, Evaluation evaluation) {
        var explainer = new Explainer(evaluation);
        Value value = explainer.visit(condition);
        return new Explanation(verdict(value), explainer.findings);
    }

    private static Verdict verdict(Value value) {
        return switch (value) {
            case Value.Bool bool -> bool == Value.Bool.TRUE ? Verdict.MATCH : Verdict.FALSE;
            case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? Verdict.NOT_BOOLEAN : Verdict.UNDEFINED;
            case Value.Text _, Value.Number _ -> Verdict.NOT_BOOLEAN;
        };
    }

    private Value visit(Expression expression) {
        Value value = value(expression);
        switch (expression) {
            case Expression.Literal _ -> {
                // stands in the text as it is
            }
            case Expression.Property(Token at, String _) ->
                note(at, value, "the message has no application property of this name");
            case Expression.SystemProperty(Token at, String _, boolean _) ->
                note(at, value, "the message has no property of this name");
            case Expression.Body(Token at, String _, boolean _) -> note(at, value, whyNoBody(value));
            case Expression.Twin(Token at, String _, boolean _) -> note(at, value, whyNoTwin(value));
            case Expression.Negate(Token at, Expression operand) -> compound(at, value, List.of(visit(operand)));
            case Expression.Not(Token at, Expression operand) -> compound(at, value, List.of(visit(operand)));
            case Expression.Call(Token at, List<Expression> arguments) ->
                compound(at, value, arguments.stream().map(this::visit).toList());
            case Expression.Chain chain -> chain(chain);
        }
        return value;
    }

    /** Names the first operator that makes something undefined of what is not. */
    private void chain(Expression.Chain chain) {
        Value left = visit(chain.first());
        for (int i = 0; i < chain.links().size(); i++) {
            Expression.Link link = chain.links().get(i);
            Value right = visit(link.right());
            Value soFar =
                    value(new Expression.Chain(chain.first(), chain.links().subList(0, i + 1)));
            compound(link.at(), soFar, List.of(left, right));
            left = soFar;
        }
    }

    private void compound(Token at, Value value, List<Value> parts) {
        if (value == Value.UNDEFINED && !parts.contains(Value.UNDEFINED)) {
            note(
                    at,
                    value,
                    "it is not defined for "
                            + parts.stream().map(Explainer::shown).collect(Collectors.joining(" and ")));
        }
    }

    private void note(Token at, Value value, String why) {
        boolean nothing = value instanceof Value.Nothing;
        findings.add(new Finding(at.text(), shown(value), nothing ? why : "", at.line(), at.column(), at.endColumn()));
    }

    private String whyNoBody(Value value) {
        return value == Value.NULL
                ? "the body has null there, or nothing"
                : evaluation.bodyProblem().orElse("the body has an object or an array there");
    }

    private String whyNoTwin(Value value) {
        if (!evaluation.twin().known()) {
            return "the sender's twin is not known";
        }
        return value == Value.NULL ? "the twin has null there, or nothing" : "the twin has an object or an array there";
    }

    private Value value(Expression expression) {
        try {
            return Compiler.compile(expression).evaluate(evaluation);
        } catch (CompileException e) {
            throw new AssertionError("a part of a condition that compiled does not", e);
        }
    }

    private static String shown(Value value) {
        return switch (value) {
            case Value.Text(String text) -> "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
            case Value.Number(double n) -> n == Math.rint(n) && Math.abs(n) < 1e15 ? Long.toString((long) n) : n + "";
            case Value.Bool bool -> bool == Value.Bool.TRUE ? "true" : "false";
            case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? "null" : "undefined";
        };
    }
}

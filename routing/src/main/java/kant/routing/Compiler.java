package kant.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the static types of a condition (§3, §4) and turns it into {@link Code}. Reports every error: a subexpression
 * with one becomes undefined, which often raises a second one around it, as in the original.
 */
final class Compiler {

    /** @param code meaningless where there were errors */
    private record Typed(Type type, Code code) {}

    /**
     * One operator of a chain, ready to run.
     *
     * @param settled the left value that no right side can change, null where there is none
     */
    private record Step(Binary binary, Code right, @Nullable Value settled) {}

    private static final Typed FAILED = new Typed(Type.UNDEFINED, _ -> Value.UNDEFINED);

    private final List<CompileError> errors = new ArrayList<>();

    private Compiler() {}

    static Code compile(Expression expression) throws CompileException {
        var compiler = new Compiler();
        Typed typed = compiler.typed(expression);
        if (!compiler.errors.isEmpty()) {
            throw new CompileException(compiler.errors);
        }
        return typed.code();
    }

    private Typed typed(Expression expression) {
        return switch (expression) {
            case Expression.Literal(Type type, Value value) -> new Typed(type, _ -> value);
            case Expression.Property(String name) -> new Typed(Type.STRING, e -> text(e.property(name)));
            case Expression.SystemProperty reference -> systemProperty(reference);
            case Expression.Body reference -> body(reference);
            case Expression.Call call -> call(call);
            case Expression.Negate(Token at, Expression operand) -> negate(at, typed(operand));
            case Expression.Not(Token at, Expression operand) -> not(at, typed(operand));
            case Expression.Chain chain -> chain(chain);
        };
    }

    private Typed systemProperty(Expression.SystemProperty reference) {
        String name = reference.name();
        if (name.equalsIgnoreCase("twin") || name.regionMatches(true, 0, "twin.", 0, 5)) {
            return failed(
                    reference.at(),
                    "Invalid system property '$" + name + "'",
                    "conditions on the sender's twin are not supported");
        }
        if (name.indexOf('[') >= 0 || name.indexOf(']') >= 0) {
            return FAILED; // not an error, but no property can have such a name
        }
        if (!reference.shadowed()) {
            return new Typed(Type.STRING, e -> text(e.systemProperty(name)));
        }
        String literally = "$" + name;
        return new Typed(Type.STRING, e -> {
            String own = e.property(literally);
            return text(own != null ? own : e.systemProperty(name));
        });
    }

    private Typed body(Expression.Body reference) {
        BodyPath path;
        try {
            path = BodyPath.parse(reference.path());
        } catch (BodyPath.MalformedPath e) {
            return invalidArguments(reference.at(), List.of(Type.STRING), ". Error: " + e.getMessage());
        }
        String literally = reference.at().text();
        if (!reference.shadowed() || literally.indexOf('[') >= 0) {
            return new Typed(Type.JSON, e -> e.body(path));
        }
        return new Typed(Type.JSON, e -> {
            String own = e.property(literally);
            return own != null ? Value.of(own) : e.body(path);
        });
    }

    private Typed negate(Token at, Typed operand) {
        if (!operand.type().fits(Type.NUMBER)) {
            return invalidOperand(at, operand.type(), Type.NUMBER);
        }
        Code code = operand.code();
        return new Typed(
                operand.type(),
                e -> code.evaluate(e) instanceof Value.Number(double n) ? Value.of(-n) : Value.UNDEFINED);
    }

    private Typed not(Token at, Typed operand) {
        Code code = operand.code();
        return switch (operand.type()) {
            case NULL -> new Typed(Type.BOOL, _ -> Value.Bool.TRUE);
            case BOOL, JSON ->
                new Typed(
                        Type.BOOL,
                        e -> code.evaluate(e) instanceof Value.Bool b
                                ? Value.of(b == Value.Bool.FALSE)
                                : Value.UNDEFINED);
            case STRING, NUMBER, UNDEFINED -> invalidOperand(at, operand.type(), Type.BOOL);
        };
    }

    /** Runs its steps in a loop, so that a condition of a thousand terms needs no deeper stack than one of two. */
    private Typed chain(Expression.Chain chain) {
        Typed first = typed(chain.first());
        Type type = first.type();
        var steps = new ArrayList<Step>();
        for (Expression.Link link : chain.links()) {
            Typed right = typed(link.right());
            Type result = resultType(link, type, right.type());
            boolean json = type == Type.JSON || right.type() == Type.JSON;
            steps.add(new Step(
                    Binary.of(link.operator(), json), right.code(), json ? null : settled(link.operator(), result)));
            type = result;
        }
        return new Typed(type, steps.size() == 1 ? one(first.code(), steps.getFirst()) : all(first.code(), steps));
    }

    private static Code one(Code first, Step step) {
        return e -> run(step, first.evaluate(e), e);
    }

    private static Code all(Code first, List<Step> steps) {
        return e -> {
            Value value = first.evaluate(e);
            for (Step step : steps) {
                value = run(step, value, e);
            }
            return value;
        };
    }

    /** Leaving a settled right side out cannot be seen from outside, and saves parsing bodies. */
    private static Value run(Step step, Value left, Evaluation evaluation) {
        return left == step.settled()
                ? left
                : step.binary().apply(left, step.right().evaluate(evaluation));
    }

    private static @Nullable Value settled(Operator operator, Type result) {
        if (result != Type.BOOL) {
            return null;
        }
        return operator == Operator.AND ? Value.Bool.FALSE : operator == Operator.OR ? Value.Bool.TRUE : null;
    }

    /** Checks the operands, too; undefined after an error. */
    private Type resultType(Expression.Link link, Type left, Type right) {
        return switch (link.operator()) {
            case COALESCE -> comparable(link, left, right) ? common(left, right) : Type.UNDEFINED;
            case OR -> logical(link, left, right) ? or(left, right) : Type.UNDEFINED;
            case AND -> logical(link, left, right) ? and(left, right) : Type.UNDEFINED;
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                comparable(link, left, right) ? Type.BOOL : Type.UNDEFINED;
            case ADD, SUBTRACT, MULTIPLY, DIVIDE, REMAINDER ->
                both(link, left, right, Type.NUMBER) ? common(left, right) : Type.UNDEFINED;
            case CONCAT -> both(link, left, right, Type.STRING) ? Type.STRING : Type.UNDEFINED;
        };
    }

    private static Type common(Type left, Type right) {
        return left == right ? left : Type.JSON;
    }

    private static Type or(Type left, Type right) {
        return left == Type.NULL && right == Type.NULL ? Type.NULL : Type.BOOL;
    }

    private static Type and(Type left, Type right) {
        boolean json = left == Type.JSON || right == Type.JSON;
        return !json && (left == Type.NULL || right == Type.NULL) ? Type.NULL : Type.BOOL;
    }

    private boolean comparable(Expression.Link link, Type left, Type right) {
        return both(link, left, right, left);
    }

    private boolean both(Expression.Link link, Type left, Type right, Type expected) {
        if (left.fits(expected) && right.fits(expected)) {
            return true;
        }
        invalidOperands(link, left, right, expected);
        return false;
    }

    /** A body on either side is taken (the original takes it only on the left), and there anything on its right. */
    private boolean logical(Expression.Link link, Type left, Type right) {
        if (left == Type.JSON || (mayBeBool(left) && mayBeBool(right))) {
            return true;
        }
        invalidOperands(link, left, right, Type.BOOL);
        return false;
    }

    private static boolean mayBeBool(Type type) {
        return switch (type) {
            case BOOL, NULL, UNDEFINED, JSON -> true;
            case STRING, NUMBER -> false;
        };
    }

    private Typed call(Expression.Call call) {
        TypeTest test = TypeTest.named(call.at().text());
        if (test != null) {
            return typeTest(call, test);
        }
        List<Functions.Signature> signatures = Functions.named(call.at().text());
        if (signatures == null) {
            return failed(call.at(), "Invalid built-in function '" + call.at().text() + "'", "");
        }
        List<Typed> arguments = call.arguments().stream().map(this::typed).toList();
        List<Type> types = arguments.stream().map(Typed::type).toList();
        for (Functions.Signature signature : signatures) {
            if (signature.accepts(types)) {
                return new Typed(
                        signature.result(),
                        applied(
                                signature.body(),
                                arguments.stream().map(Typed::code).toList()));
            }
        }
        return invalidArguments(call.at(), types, "");
    }

    private static Code applied(Functions.Body function, List<Code> arguments) {
        return e -> {
            var values = new Value[arguments.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = arguments.get(i).evaluate(e);
            }
            return function.apply(values);
        };
    }

    private Typed typeTest(Expression.Call call, TypeTest test) {
        List<Typed> arguments = call.arguments().stream().map(this::typed).toList();
        if (arguments.size() != 1) {
            return invalidArguments(
                    call.at(), arguments.stream().map(Typed::type).toList(), "");
        }
        Type type = arguments.getFirst().type();
        Code code = arguments.getFirst().code();
        return new Typed(Type.BOOL, e -> test.test(type, code.evaluate(e)));
    }

    private Typed invalidOperand(Token at, Type have, Type expected) {
        return failed(
                at,
                "Invalid operands to unary operator '" + at.text() + "': have '" + have.word() + "', expected '"
                        + expected.word() + "'",
                "");
    }

    private void invalidOperands(Expression.Link link, Type left, Type right, Type expected) {
        boolean textWithNumber =
                (left == Type.STRING && right == Type.NUMBER) || (left == Type.NUMBER && right == Type.STRING);
        failed(
                link.at(),
                "Invalid operands to binary operator '" + link.at().text() + "': have '" + left.word() + "' and '"
                        + right.word() + "', expected '" + expected.word() + "' and '" + expected.word() + "'",
                textWithNumber ? "properties are strings, as_number(x) makes a number of one" : "");
    }

    private Typed invalidArguments(Token function, List<Type> given, String detail) {
        String name = function.text();
        String types = given.stream().map(Type::word).collect(Collectors.joining(", "));
        return failed(
                function,
                "Invalid arguments to built-in function '" + name + "': " + name + "(" + types + ")" + detail,
                "");
    }

    private Typed failed(Token at, String text, String hint) {
        errors.add(CompileError.at(at, text, hint));
        return FAILED;
    }

    private static Value text(@Nullable String value) {
        return value == null ? Value.UNDEFINED : Value.of(value);
    }
}

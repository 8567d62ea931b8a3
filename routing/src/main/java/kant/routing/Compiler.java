package kant.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Checks the static types of a condition (§3, §4) and turns it into {@link Code}. Reports every error: a subexpression
 * with one becomes undefined, which often raises a second one around it, as in the original.
 */
final class Compiler {

    /** @param code meaningless where there were errors */
    private record Typed(Type type, Code code) {}

    private static final Value SOME_TEXT = Value.of("");
    private static final Value SOME_NUMBER = Value.of(0);
    private static final Value INFINITE = Value.of(Double.POSITIVE_INFINITY);

    private static final Typed FAILED = new Typed(Type.UNDEFINED, new Code.Constant(Value.UNDEFINED));

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
            case Expression.Literal(Type type, Value value) -> new Typed(type, new Code.Constant(value));
            case Expression.Property(Token _, String name) ->
                new Typed(Type.STRING, (Code.OfText) e -> e.property(name));
            case Expression.SystemProperty reference -> systemProperty(reference);
            case Expression.Body reference -> body(reference);
            case Expression.Twin reference -> twin(reference);
            case Expression.Call call -> call(call);
            case Expression.Negate(Token at, Expression operand) -> negate(at, typed(operand));
            case Expression.Not(Token at, Expression operand) -> not(at, typed(operand));
            case Expression.Chain chain -> chain(chain);
        };
    }

    private Typed systemProperty(Expression.SystemProperty reference) {
        String name = reference.name();
        if (name.indexOf('[') >= 0 || name.indexOf(']') >= 0) {
            return FAILED; // not an error, but no property can have such a name
        }
        if (!reference.shadowed()) {
            return new Typed(Type.STRING, (Code.OfText) e -> e.systemProperty(name));
        }
        String literally = "$" + name;
        return new Typed(Type.STRING, (Code.OfText) e -> {
            String own = e.property(literally);
            return own != null ? own : e.systemProperty(name);
        });
    }

    private Typed body(Expression.Body reference) {
        try {
            JsonPath path = JsonPath.parse(reference.path());
            return json(reference.at(), reference.shadowed(), e -> e.body(path));
        } catch (JsonPath.MalformedPath e) {
            return invalidArguments(reference.at(), List.of(Type.STRING), ". Error: " + e.detail());
        }
    }

    private Typed twin(Expression.Twin reference) {
        SenderTwin.Part part = SenderTwin.Part.of(reference.path());
        if (part == null) {
            return failed(
                    reference.at(),
                    "Invalid system property '" + reference.at().text() + "'",
                    "of a twin the edge knows $twin.properties.desired.<path> and $twin.properties.reported.<path>, no tags");
        }
        try {
            JsonPath path =
                    JsonPath.parse(reference.path().substring(part.prefix().length()));
            return json(reference.at(), reference.shadowed(), e -> e.twin().at(part, path));
        } catch (JsonPath.MalformedPath e) {
            return failed(
                    reference.at(), "Invalid system property '" + reference.at().text() + "'", e.detail());
        }
    }

    /** An application property of that very name wins, unless the reference stands in braces. */
    private static Typed json(Token at, boolean shadowed, Code inside) {
        String literally = at.text();
        if (!shadowed || literally.indexOf('[') >= 0) {
            return new Typed(Type.JSON, inside);
        }
        return new Typed(Type.JSON, e -> {
            String own = e.property(literally);
            return own != null ? Value.of(own) : inside.evaluate(e);
        });
    }

    private Typed negate(Token at, Typed operand) {
        if (!operand.type().fits(Type.NUMBER)) {
            return invalidOperand(at, operand.type(), Type.NUMBER);
        }
        Code code = operand.code();
        return new Typed(operand.type(), (Code.OfNumber) e -> -code.number(e));
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

    private Typed chain(Expression.Chain chain) {
        Typed first = typed(chain.first());
        Type type = first.type();
        var steps = new ArrayList<Chain.Step>();
        for (Expression.Link link : chain.links()) {
            Typed right = typed(link.right());
            Type result = resultType(link, type, right.type());
            steps.add(new Chain.Step(link.operator(), type, right.code(), right.type(), result));
            type = result;
        }
        return new Typed(type, Chain.of(first.code(), steps));
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
                        signature.body().of(arguments.stream().map(Typed::code).toList()));
            }
        }
        return invalidArguments(call.at(), types, "");
    }

    private Typed typeTest(Expression.Call call, TypeTest test) {
        List<Typed> arguments = call.arguments().stream().map(this::typed).toList();
        if (arguments.size() != 1) {
            return invalidArguments(
                    call.at(), arguments.stream().map(Typed::type).toList(), "");
        }
        Type type = arguments.getFirst().type();
        Code code = arguments.getFirst().code();
        return new Typed(Type.BOOL, e -> test.test(type, sample(type, code, e)));
    }

    /** A value of the same kind: a test looks at no more, so none has to be made of a number or a text. */
    private static Value sample(Type type, Code code, Evaluation e) {
        return switch (type) {
            case STRING -> code.text(e) == null ? Value.UNDEFINED : SOME_TEXT;
            case NUMBER -> {
                double n = code.number(e);
                yield Double.isNaN(n) ? Value.UNDEFINED : Double.isInfinite(n) ? INFINITE : SOME_NUMBER;
            }
            case BOOL, NULL, UNDEFINED, JSON -> code.evaluate(e);
        };
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
}

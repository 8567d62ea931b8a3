package kant.routing;

import java.util.List;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.model.message.Target;

/** Conditions and routes in one line. */
final class Conditions {
    private Conditions() {}

    static Route route(String text) throws RefusedException {
        return Route.compile("r", text, Target.DEFAULT_PRIORITY, Target.FOREVER);
    }

    static Route where(String condition) throws RefusedException {
        return route("FROM /* WHERE " + condition + " INTO $upstream");
    }

    static boolean matches(String condition, Given given) throws RefusedException {
        return where(condition).matches(given.message());
    }

    /** The condition as a tree. */
    static Expression parsed(String condition) throws CompileException {
        var tokens = new Tokens(condition);
        Expression expression = new ConditionParser(tokens).expression();
        tokens.expect(Token.Kind.END, "the end");
        return expression;
    }

    static Value value(String condition, Message message) throws CompileException {
        return Compiler.compile(parsed(condition)).evaluate(new Evaluation(message, TwinSource.NONE));
    }

    static boolean holds(String condition, Message message) throws CompileException {
        return Compiler.compile(parsed(condition)).holds(new Evaluation(message, TwinSource.NONE));
    }

    static Value value(String condition) throws CompileException {
        return value(condition, Given.leaf().message());
    }

    /** What a compile of the condition on its own reports; empty if it compiles. */
    static List<CompileError> errors(String condition) {
        try {
            Compiler.compile(parsed(condition));
            return List.of();
        } catch (CompileException e) {
            return e.errors();
        }
    }

    static List<String> errorTexts(String condition) {
        return errors(condition).stream().map(CompileError::text).toList();
    }

    /** Why the route is refused. */
    static String refusal(String text) {
        try {
            route(text);
        } catch (RefusedException e) {
            return e.refusal().reason();
        }
        throw new AssertionError("compiled: " + text);
    }
}

package kant.routing;

import java.util.List;
import java.util.stream.Collectors;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/**
 * What the text of a route says, compiled.
 *
 * @param condition the exact text of the condition
 */
record RouteText(Source source, String condition, Code predicate, Sink sink) {

    /** The longest text; a twin's string value has at most 4 KiB, so this only bounds what a mistake can cost. */
    static final int MAX_CHARACTERS = 32_768;

    private static final String ALWAYS = "true";

    /** What of a list of mistakes is worth reporting; the reason has to fit into a reported property. */
    private static final int MAX_REASON_CHARACTERS = 2_000;

    static RouteText compile(String name, String text) throws RefusedException {
        if (text.length() > MAX_CHARACTERS) {
            throw refused(name, "it has " + text.length() + " characters, more than " + MAX_CHARACTERS);
        }
        try {
            var parsed = RouteParser.parse(text);
            if (parsed.condition() == null) {
                return new RouteText(parsed.source(), ALWAYS, new Code.Constant(Value.Bool.TRUE), parsed.sink());
            }
            Code predicate = Compiler.compile(parsed.condition());
            return new RouteText(parsed.source(), parsed.conditionText(), predicate, parsed.sink());
        } catch (CompileException e) {
            throw refused(name, described(e.errors()));
        }
    }

    private static String described(List<CompileError> errors) {
        String all = errors.stream().map(CompileError::toString).collect(Collectors.joining("; "));
        return all.length() <= MAX_REASON_CHARACTERS ? all : all.substring(0, MAX_REASON_CHARACTERS) + "…";
    }

    private static RefusedException refused(String name, String reason) {
        return new RefusedException(new Refusal.Invalid("Error parsing route " + name + " - " + reason));
    }
}

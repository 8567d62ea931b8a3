package kant.routing;

import kant.model.error.Refusal;
import kant.model.error.RefusedException;

/** What the text of a route says, compiled. */
record RouteText(Source source, Condition condition, Sink sink) {

    static RouteText compile(String name, String text) throws RefusedException {
        if (text.length() > Condition.MAX_CHARACTERS) {
            throw refused(name, "it has " + text.length() + " characters, more than " + Condition.MAX_CHARACTERS);
        }
        try {
            var parsed = RouteParser.parse(text);
            Condition condition = parsed.condition() == null
                    ? Condition.ALWAYS
                    : Condition.of(parsed.conditionText(), parsed.condition());
            return new RouteText(parsed.source(), condition, parsed.sink());
        } catch (CompileException e) {
            throw refused(name, Condition.described(e.errors()));
        }
    }

    private static RefusedException refused(String name, String reason) {
        return new RefusedException(new Refusal.Invalid("Error parsing route " + name + " - " + reason));
    }
}

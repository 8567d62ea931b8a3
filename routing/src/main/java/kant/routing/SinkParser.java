package kant.routing;

import java.util.List;
import kant.routing.Token.Kind;

/** {@code $upstream} or {@code BrokeredEndpoint("/modules/<module>/inputs/<input>")}; there is no other endpoint. */
final class SinkParser {
    private static final int PARTS = 4;

    private SinkParser() {}

    static Sink parse(Tokens tokens) throws CompileException {
        if (tokens.nextIs(Kind.SYSTEM_PROPERTY)) {
            return systemEndpoint(tokens.next());
        }
        Token function = tokens.expect(Kind.ID, "$upstream or BrokeredEndpoint(\"/modules/<module>/inputs/<input>\")");
        tokens.expect(Kind.OPEN, "'('");
        Token parameter = tokens.expect(Kind.STRING, "the endpoint in quotes");
        tokens.expect(Kind.CLOSE, "')'");
        if (!function.text().equalsIgnoreCase("BrokeredEndpoint")) {
            throw refused(
                    function,
                    "Function endpoint type '" + function.text() + "' not supported.",
                    "use BrokeredEndpoint(\"/modules/<module>/inputs/<input>\")");
        }
        return brokered(parameter);
    }

    private static Sink systemEndpoint(Token name) throws CompileException {
        if (!name.text().equalsIgnoreCase("$upstream")) {
            throw refused(name, "System endpoint type '" + name.text() + "' not supported.", "use $upstream");
        }
        return new Sink.Upstream();
    }

    /** Parts 1 and 3 are not looked at, and escapes are not processed, as in the original. */
    private static Sink brokered(Token parameter) throws CompileException {
        String path =
                parameter.text().substring(1, parameter.text().length() - 1).trim();
        String inner = path.substring(path.startsWith("/") ? 1 : 0);
        inner = inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner;
        String[] parts = inner.split("/", -1);
        if (parts.length != PARTS || parts[1].isBlank() || parts[3].isBlank()) {
            throw refused(
                    parameter,
                    "Parameter string " + path
                            + " could not be parsed. Expect input in this format - /modules/{mid}/inputs/{input}",
                    "");
        }
        return new Sink.ModuleInput(parts[1], parts[3]);
    }

    private static CompileException refused(Token at, String text, String hint) {
        return new CompileException(List.of(CompileError.at(at, text, hint)));
    }
}

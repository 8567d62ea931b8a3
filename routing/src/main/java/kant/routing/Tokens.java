package kant.routing;

import kant.routing.Token.Kind;
import org.jspecify.annotations.Nullable;

/** The lexer with one token of look-ahead, taken only when asked for: the source of a route is lexed differently. */
final class Tokens {
    private final Lexer lexer;
    private @Nullable Token ahead;

    Tokens(String text) {
        lexer = new Lexer(text);
    }

    Token peek() {
        if (ahead == null) {
            ahead = lexer.next();
        }
        return ahead;
    }

    Token next() {
        Token token = peek();
        ahead = null;
        return token;
    }

    boolean nextIs(Kind kind) {
        return peek().is(kind);
    }

    /** Takes a token of this kind, or refuses what stands there, naming what belongs there. */
    Token expect(Kind kind, String what) throws CompileException {
        if (!nextIs(kind)) {
            throw unexpected(what);
        }
        return next();
    }

    /** See {@link Lexer#sourceItem}; nothing may have been peeked. */
    @Nullable
    String sourceItem() throws CompileException {
        if (ahead != null) {
            throw new AssertionError("a source begins behind a token that was looked at: " + ahead);
        }
        return lexer.sourceItem();
    }

    /** The error for the next token, which fits nowhere. */
    CompileException unexpected(String expected) {
        Token token = peek();
        return switch (token.kind()) {
            case UNTERMINATED_STRING -> CompileException.syntaxOf(token, "unterminated string");
            case UNKNOWN -> CompileException.syntaxOf(token, "invalid symbol '" + token.text() + "'");
            case CLOSE -> CompileException.syntaxOf(token, "unmatched closing ')'");
            default -> CompileException.syntax(token, "found " + token.described() + ", expected " + expected);
        };
    }
}

package kant.iothub.query;

import java.util.List;

/** A place within the tokens of a query. */
final class Tokens {
    private final List<Token> tokens;
    private int next;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    /** The next one; the end as often as asked. */
    Token take() {
        Token token = peek();
        if (token.kind() != Token.Kind.END) {
            next++;
        }
        return token;
    }

    boolean takeWord(String word) {
        boolean there = peek().isWord(word);
        if (there) {
            next++;
        }
        return there;
    }

    boolean takeSymbol(String symbol) {
        boolean there = peek().isSymbol(symbol);
        if (there) {
            next++;
        }
        return there;
    }

    void requireWord(String word) throws QueryException {
        if (!takeWord(word)) {
            throw expected(word);
        }
    }

    void requireSymbol(String symbol) throws QueryException {
        if (!takeSymbol(symbol)) {
            throw expected("\"" + symbol + "\"");
        }
    }

    void requireEnd(String alternatives) throws QueryException {
        if (peek().kind() != Token.Kind.END) {
            throw expected(alternatives);
        }
    }

    QueryException expected(String what) {
        return new QueryException("expected " + what + ", found " + peek().shown());
    }
}

package kant.iothub.query;

import java.util.ArrayList;
import java.util.List;
import kant.iothub.query.Token.Kind;

/** Cuts a query's text into tokens; the last one is the end. */
final class QueryLexer {
    /** Longer than any query that a person writes; what is compiled is kept in memory. */
    static final int MAX_CHARACTERS = 4096;

    private static final List<String> SYMBOLS =
            List.of("<>", "!=", "<=", ">=", "=", "<", ">", "(", ")", "[", "]", ",", ".", "*", ";");

    private final String text;
    private int at;

    private QueryLexer(String text) {
        this.text = text;
    }

    static List<Token> tokens(String text) throws QueryException {
        if (text.length() > MAX_CHARACTERS) {
            throw new QueryException(
                    "it has " + text.length() + " characters, " + MAX_CHARACTERS + " are allowed; make it shorter");
        }
        var lexer = new QueryLexer(text);
        List<Token> tokens = new ArrayList<>();
        Token token;
        do {
            token = lexer.next();
            tokens.add(token);
        } while (token.kind() != Kind.END);
        return tokens;
    }

    private Token next() throws QueryException {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        int start = at;
        if (at == text.length()) {
            return new Token(Kind.END, "", start + 1);
        }
        char first = text.charAt(at);
        if (first == '\'') {
            return new Token(Kind.STRING, string(), start + 1);
        }
        if (first == '"') {
            throw new QueryException(
                    "at character " + (start + 1) + " is a double quote; write strings in single quotes: 'text'");
        }
        if (text.startsWith("[[", at)) {
            return new Token(Kind.NAME, bracketed(), start + 1);
        }
        if (isWordStart(first)) {
            return new Token(Kind.WORD, word(), start + 1);
        }
        if (isDigit(at) || first == '-' && isDigit(at + 1)) {
            return new Token(Kind.NUMBER, number(), start + 1);
        }
        return new Token(Kind.SYMBOL, symbol(), start + 1);
    }

    private String string() throws QueryException {
        int start = at++;
        var value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\'') {
                value.append(c);
            } else if (at < text.length() && text.charAt(at) == '\'') {
                value.append(c);
                at++;
            } else {
                return value.toString();
            }
        }
        throw new QueryException("the string that begins at character " + (start + 1)
                + " has no closing quote; a quote within a string is written twice");
    }

    private String bracketed() throws QueryException {
        int start = at;
        int end = text.indexOf("]]", at);
        if (end <= at + 2) {
            throw new QueryException("[[ at character " + (start + 1) + " needs a name and ]] behind it");
        }
        at = end + 2;
        return text.substring(start + 2, end);
    }

    private String word() {
        int start = at++;
        while (at < text.length() && (isWordStart(text.charAt(at)) || isDigit(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private String number() {
        int start = at++;
        skipDigits();
        if (at < text.length() && text.charAt(at) == '.' && isDigit(at + 1)) {
            at++;
            skipDigits();
        }
        if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
            int digits = at + 1 < text.length() && "+-".indexOf(text.charAt(at + 1)) >= 0 ? at + 2 : at + 1;
            if (isDigit(digits)) {
                at = digits;
                skipDigits();
            }
        }
        return text.substring(start, at);
    }

    private String symbol() throws QueryException {
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                return symbol;
            }
        }
        throw new QueryException(
                "\"" + text.charAt(at) + "\" at character " + (at + 1)
                        + " means nothing here; names with other characters than letters, digits, _ and $ are written [[name]]");
    }

    private void skipDigits() {
        while (isDigit(at)) {
            at++;
        }
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private static boolean isWordStart(char c) {
        return Character.isLetter(c) || c == '_' || c == '$';
    }
}

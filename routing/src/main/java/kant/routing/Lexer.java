package kant.routing;

import java.util.Locale;
import kant.routing.Token.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into tokens on demand. The longest match wins (§1.3), so blanks decide meaning: {@code a+b} is one name.
 *
 * <p>Every token that is made of word characters is a prefix of the longest run of them, hence it wins exactly where it
 * is the whole run. That leaves strings in single quotes as the only token that competes with a word.
 */
final class Lexer {
    private final String text;

    /** The last place where a comment can end; looked up once, so that unclosed comments cost nothing. */
    private final int lastCommentEnd;

    private int position;
    private int line = 1;
    private int lineStart;
    private int counted;

    Lexer(String text) {
        this.text = text;
        this.lastCommentEnd = text.lastIndexOf("*/");
    }

    Token next() {
        skipBlanksAndComments();
        int start = position;
        if (start == text.length()) {
            return token(Kind.END, start);
        }
        char c = text.charAt(start);
        if (c == '"' || c == '\'') {
            return stringOrWord(c);
        }
        int end = wordEnd(start);
        if (end == start) {
            return symbol(c);
        }
        return end == start + 1 && c == '!' && isAt(end, '=')
                ? token(Kind.OPERATOR, end + 1)
                : token(word(text.substring(start, end)), end);
    }

    /**
     * The next {@code /item} of a source, without its slash; null where no further one stands. An item takes characters
     * and words that a plain {@code ID} may not have (our deviation), and "/*" begins one wherever the route can go on
     * behind it, so that a comment further on does not swallow the condition.
     */
    @Nullable
    String sourceItem() throws CompileException {
        skipBlanks();
        while (isAt(position, '/') && isComment(position) && !isStarItem(position)) {
            position = text.indexOf("*/", position + 2) + 2;
            skipBlanks();
        }
        if (!isAt(position, '/')) {
            return null;
        }
        int slash = position++;
        skipBlanks();
        int start = position;
        position = sourceItemEnd(start);
        String item = text.substring(start, position);
        boolean keywordApart = start > slash + 1 && isRouteKeyword(item);
        if (item.isEmpty() || keywordApart) {
            position = slash;
            throw CompileException.syntax(token(Kind.UNKNOWN, slash + 1), "a source cannot end with '/'");
        }
        return item;
    }

    private boolean isStarItem(int slash) {
        int next = sourceItemEnd(slash + 1);
        while (next < text.length() && Characters.isBlank(text.charAt(next))) {
            next++;
        }
        return next == text.length() || isAt(next, '/') || isRouteKeyword(text.substring(next, wordEnd(next)));
    }

    private static boolean isRouteKeyword(String word) {
        return word.equalsIgnoreCase("WHERE") || word.equalsIgnoreCase("INTO");
    }

    private void skipBlanksAndComments() {
        skipBlanks();
        while (isAt(position, '/') && isComment(position)) {
            position = text.indexOf("*/", position + 2) + 2;
            skipBlanks();
        }
    }

    private void skipBlanks() {
        while (position < text.length() && Characters.isBlank(text.charAt(position))) {
            position++;
        }
    }

    private boolean isComment(int slash) {
        return isAt(slash + 1, '*') && lastCommentEnd >= slash + 2;
    }

    private Token stringOrWord(char quote) {
        int end = stringEnd(position, quote);
        boolean closed = end > position + 1 && text.charAt(end - 1) == quote && !isEscaped(end - 1);
        int wordEnd = wordEnd(position);
        if (wordEnd > end) {
            return token(word(text.substring(position, wordEnd)), wordEnd);
        }
        return token(closed ? Kind.STRING : Kind.UNTERMINATED_STRING, end);
    }

    /** Behind the closing quote, or where the string breaks off: at the end, or before a backslash that escapes nothing. */
    private int stringEnd(int start, char quote) {
        int i = start + 1;
        while (i < text.length() && text.charAt(i) != quote) {
            int step = text.charAt(i) == '\\' ? escapeLength(i) : 1;
            if (step == 0) {
                return i;
            }
            i += step;
        }
        return Math.min(i + 1, text.length());
    }

    /** The length of the escape at a backslash, 0 if it is none. */
    private int escapeLength(int backslash) {
        if (isAt(backslash + 1, '"') || isAt(backslash + 1, '\'') || isAt(backslash + 1, '\\')) {
            return 2;
        }
        if (!isAt(backslash + 1, 'u') || backslash + 6 > text.length()) {
            return 0;
        }
        for (int i = backslash + 2; i < backslash + 6; i++) {
            if (!Characters.isHexDigit(text.charAt(i))) {
                return 0;
            }
        }
        return 6;
    }

    private boolean isEscaped(int at) {
        int backslashes = 0;
        while (text.charAt(at - 1 - backslashes) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    private Token symbol(char c) {
        int start = position;
        char following = start + 1 < text.length() ? text.charAt(start + 1) : 0;
        return switch (c) {
            case '(' -> token(Kind.OPEN, start + 1);
            case ')' -> token(Kind.CLOSE, start + 1);
            case '{' -> token(Kind.OPEN_BRACE, start + 1);
            case '}' -> token(Kind.CLOSE_BRACE, start + 1);
            case ',' -> token(Kind.COMMA, start + 1);
            case '/', '=' -> token(Kind.OPERATOR, start + 1);
            case '<' -> token(Kind.OPERATOR, following == '=' || following == '>' ? start + 2 : start + 1);
            case '>' -> token(Kind.OPERATOR, following == '=' ? start + 2 : start + 1);
            case '?' -> following == '?' ? token(Kind.OPERATOR, start + 2) : token(Kind.UNKNOWN, start + 1);
            default -> token(Kind.UNKNOWN, start + 1);
        };
    }

    private static Kind word(String word) {
        return switch (word) {
            case "true" -> Kind.TRUE;
            case "false" -> Kind.FALSE;
            case "null" -> Kind.NULL;
            case "undefined" -> Kind.UNDEFINED;
            case "+", "-", "*", "%", "||" -> Kind.OPERATOR;
            default -> keywordOrName(word);
        };
    }

    private static Kind keywordOrName(String word) {
        return switch (word.toUpperCase(Locale.ROOT)) {
            case "SELECT" -> Kind.SELECT;
            case "FROM" -> Kind.FROM;
            case "WHERE" -> Kind.WHERE;
            case "INTO" -> Kind.INTO;
            case "AND", "OR" -> Kind.OPERATOR;
            case "NOT" -> Kind.NOT;
            default -> numberOrName(word);
        };
    }

    private static Kind numberOrName(String word) {
        if (NumberText.isLiteral(word)) {
            return Kind.NUMBER;
        }
        if (NumberText.isHexLiteral(word)) {
            return Kind.HEX;
        }
        if (word.charAt(0) == '$' && word.length() > 1) {
            return Kind.SYSTEM_PROPERTY;
        }
        return word.indexOf('[') >= 0 || word.indexOf(']') >= 0 ? Kind.BRACKETED : Kind.ID;
    }

    private int wordEnd(int start) {
        int end = start;
        while (end < text.length() && Characters.isWord(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private int sourceItemEnd(int start) {
        int end = start;
        while (end < text.length() && Characters.isSourceItem(text.charAt(end))) {
            end++;
        }
        return end;
    }

    private boolean isAt(int index, char c) {
        return index < text.length() && text.charAt(index) == c;
    }

    /** Makes the token from {@link #position} to {@code end} and goes there. */
    private Token token(Kind kind, int end) {
        int start = position;
        countLinesTo(start);
        int column = start - lineStart + 1;
        int lineEnd = text.indexOf('\n', start);
        int endColumn =
                Math.min(column + Math.max(1, end - start), (lineEnd < 0 ? text.length() : lineEnd) - lineStart + 2);
        position = end;
        return new Token(kind, text.substring(start, end), start, end, line, column, endColumn);
    }

    private void countLinesTo(int index) {
        for (; counted < index; counted++) {
            if (text.charAt(counted) == '\n') {
                line++;
                lineStart = counted + 1;
            }
        }
    }
}

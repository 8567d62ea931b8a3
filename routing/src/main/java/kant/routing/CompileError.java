package kant.routing;

/**
 * One mistake in a route's text.
 *
 * @param text the original's words, which people search for
 * @param hint what to do about it, empty where the text says it all
 * @param line 1-based
 * @param startColumn 1-based, in UTF-16 units
 * @param endColumn exclusive, in the same line
 */
record CompileError(String text, String hint, int line, int startColumn, int endColumn) {

    static CompileError at(Token token, String text, String hint) {
        return new CompileError(text, hint, token.line(), token.column(), token.endColumn());
    }

    @Override
    public String toString() {
        return "line " + line + ", columns " + startColumn + "-" + endColumn + ": " + text
                + (hint.isEmpty() ? "" : " (" + hint + ")");
    }
}

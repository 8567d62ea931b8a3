package kant.routing;

/**
 * One token and where it stands.
 *
 * @param start index of its first character in the text; {@code end} is exclusive
 * @param line 1-based
 * @param column 1-based, in UTF-16 units; {@code endColumn} is exclusive and never beyond the end of the line's text
 */
record Token(Kind kind, String text, int start, int end, int line, int column, int endColumn) {

    enum Kind {
        SELECT,
        FROM,
        WHERE,
        INTO,
        STRING,
        UNTERMINATED_STRING,
        /** Decimal, whole or not. */
        NUMBER,
        HEX,
        TRUE,
        FALSE,
        NULL,
        UNDEFINED,
        OPEN,
        CLOSE,
        OPEN_BRACE,
        CLOSE_BRACE,
        COMMA,
        /** Anything of {@link Operator}, binary or unary. */
        OPERATOR,
        NOT,
        /** {@code $name}. */
        SYSTEM_PROPERTY,
        ID,
        /** A word with a bracket in it, which only a body path may have. */
        BRACKETED,
        UNKNOWN,
        END
    }

    boolean is(Kind expected) {
        return kind == expected;
    }

    /** For hints: the token as the reader of a message knows it. */
    String described() {
        return kind == Kind.END ? "the end of the text" : "'" + text + "'";
    }
}

package kant.iothub.query;

/**
 * A piece of a query's text.
 *
 * @param text of a string or a name in brackets what is within, without doubled quotes
 * @param at where it begins, from 1
 */
record Token(Kind kind, String text, int at) {
    enum Kind {
        /** A word: a keyword, a name or a function. */
        WORD,
        /** A name in {@code [[…]]}, which is never a keyword. */
        NAME,
        STRING,
        NUMBER,
        SYMBOL,
        END
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** As a person who wrote it would recognise it. */
    String shown() {
        return kind == Kind.END ? "the end" : "\"" + text + "\" at character " + at;
    }
}

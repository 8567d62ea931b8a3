package kant.routing;

/** The character classes of the language (reference/routing-and-store.md §1.2). */
final class Characters {
    private static final String NEVER_IN_A_WORD = "()<>@,;:\\\"/?={} \t\r\n";

    /** What the ids of modules and outputs may hold beyond a word (our deviation, §1.4). */
    private static final String ALSO_IN_A_SOURCE = ":@,;?=()";

    private Characters() {}

    static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /** Part of a word: {@code + - * % ! ' | .} and everything beyond ASCII included. */
    static boolean isWord(char c) {
        return NEVER_IN_A_WORD.indexOf(c) < 0;
    }

    static boolean isSourceItem(char c) {
        return c != '[' && c != ']' && (isWord(c) || ALSO_IN_A_SOURCE.indexOf(c) >= 0);
    }

    static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    static boolean isHexDigit(char c) {
        return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    }
}

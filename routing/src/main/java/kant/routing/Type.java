package kant.routing;

/** The static type of an expression. */
enum Type {
    STRING("string"),
    NUMBER("number"),
    BOOL("bool"),
    NULL("null"),
    /** The literal, or an expression that has an error. */
    UNDEFINED("undefined"),
    /** Anything from {@code $body}: what it is shows at run time. */
    JSON("unknown");

    private final String word;

    Type(String word) {
        this.word = word;
    }

    /** As messages spell it. */
    String word() {
        return word;
    }

    /** Whether a value of this type may stand where {@code expected} is asked for. */
    boolean fits(Type expected) {
        return this == expected || (this == JSON && expected != UNDEFINED) || (expected == JSON && this != UNDEFINED);
    }
}

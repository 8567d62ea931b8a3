package kant.iothub.query;

/** A text that is not of the language; says what is wrong with it, where, and what would be right. */
public final class QueryException extends Exception {
    private static final long serialVersionUID = 1L;

    public QueryException(String reason) {
        super(reason, null, false, false);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }
}

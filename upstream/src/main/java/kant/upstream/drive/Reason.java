package kant.upstream.drive;

/** The cause of a failure in words: the innermost message, where outer ones only wrap it. */
public final class Reason {
    private static final int DEEPEST = 16;

    private Reason() {}

    public static String of(Throwable failure) {
        Throwable innermost = failure;
        for (int depth = 0; depth < DEEPEST; depth++) {
            Throwable cause = innermost.getCause();
            if (cause == null) {
                break;
            }
            innermost = cause;
        }
        String message = innermost.getMessage();
        return message == null || message.isBlank() ? innermost.getClass().getSimpleName() : message;
    }
}

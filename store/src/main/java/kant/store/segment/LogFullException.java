package kant.store.segment;

/** The log may not or cannot get another segment: its own bound or the volume is reached. Expected, hence without a stack trace. */
public final class LogFullException extends Exception {
    private static final long serialVersionUID = 1L;

    LogFullException(String message) {
        super(message, null, false, false);
    }
}

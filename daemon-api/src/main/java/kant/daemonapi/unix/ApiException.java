package kant.daemonapi.unix;

import java.io.IOException;

/** The other side of a unix socket answered with an error status; carries the status and the message of the answer. */
public final class ApiException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    public ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status, 400 or above. */
    public int status() {
        return status;
    }
}

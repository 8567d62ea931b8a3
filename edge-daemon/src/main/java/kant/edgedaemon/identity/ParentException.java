package kant.edgedaemon.identity;

import java.io.IOException;

/** The parent answered, with an error. */
public final class ParentException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    ParentException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The parent's HTTP status. */
    public int status() {
        return status;
    }
}

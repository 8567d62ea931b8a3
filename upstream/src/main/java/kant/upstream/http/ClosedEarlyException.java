package kant.upstream.http;

import java.io.IOException;

/** The connection was closed before the first byte of an answer. */
final class ClosedEarlyException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean sent;

    /** @param sent whether the parent may have seen the request */
    ClosedEarlyException(OutgoingCall call, boolean sent) {
        super(call.name() + ": the parent closed the connection before it answered");
        this.sent = sent;
    }

    boolean sent() {
        return sent;
    }
}

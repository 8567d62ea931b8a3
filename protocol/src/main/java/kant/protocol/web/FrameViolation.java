package kant.protocol.web;

/** A client's frame that no WebSocket client may send here. */
final class FrameViolation extends Exception {
    private static final long serialVersionUID = 1L;

    private final CloseCode code;

    FrameViolation(CloseCode code, String what) {
        super(what, null, false, false);
        this.code = code;
    }

    CloseCode code() {
        return code;
    }
}

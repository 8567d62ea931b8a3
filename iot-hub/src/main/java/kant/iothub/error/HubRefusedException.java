package kant.iothub.error;

import kant.model.error.RefusedException;

/** An expected "no" of the stand-in with IoT Hub's code for it; has no stack trace, for it is not a bug. */
public final class HubRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** @param reason what was refused, with which input, why, and what to do; never a secret */
    public HubRefusedException(ErrorCode code, String reason) {
        super(reason, null, false, false);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    public String reason() {
        return String.valueOf(getMessage());
    }

    /** The same for a protocol head. */
    public RefusedException refused() {
        return new RefusedException(code.refusal(reason()));
    }
}

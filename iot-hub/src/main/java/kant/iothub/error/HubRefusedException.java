package kant.iothub.error;

import java.time.Duration;
import kant.model.error.RefusedException;

/** An expected "no" of the stand-in with IoT Hub's code for it; has no stack trace, for it is not a bug. */
public final class HubRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String timeout;

    /** @param reason what was refused, with which input, why, and what to do; never a secret */
    public HubRefusedException(ErrorCode code, String reason) {
        this(code, reason, "");
    }

    private HubRefusedException(ErrorCode code, String reason, String timeout) {
        super(reason, null, false, false);
        this.code = code;
        this.timeout = timeout;
    }

    /** Somebody waited as long as asked, in vain; IoT Hub's answer says how long. */
    public static HubRefusedException timedOut(ErrorCode code, String reason, Duration waited) {
        String text = "%02d:%02d:%02d".formatted(waited.toHours(), waited.toMinutesPart(), waited.toSecondsPart());
        return new HubRefusedException(code, reason, text);
    }

    public ErrorCode code() {
        return code;
    }

    /** How long somebody waited, as {@code 00:00:05}; empty where nobody did. */
    public String timeout() {
        return timeout;
    }

    /** The same refusal saying where it was met. */
    public HubRefusedException at(String place) {
        return new HubRefusedException(code, place + ": " + reason(), timeout);
    }

    public String reason() {
        return String.valueOf(getMessage());
    }

    /** The same for a protocol head. */
    public RefusedException refused() {
        return new RefusedException(code.refusal(reason()));
    }
}

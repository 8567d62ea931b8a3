package kant.protocol.amqp.wire;

/** Bytes that are no AMQP message, or none that can be understood here; says what is wrong and where. Has no stack trace. */
public final class MalformedMessage extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedMessage(String what) {
        super(what, null, false, false);
    }

    /** What is wrong, never null. */
    public String what() {
        return String.valueOf(getMessage());
    }
}

package kant.protocol.amqp;

/** The peer sent what it must not send; says what. Has no stack trace, for it is not a bug of ours. */
final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1L;

    ProtocolViolation(String what) {
        super(what, null, false, false);
    }

    String what() {
        return String.valueOf(getMessage());
    }
}

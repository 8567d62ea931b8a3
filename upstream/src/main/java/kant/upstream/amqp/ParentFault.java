package kant.upstream.amqp;

/** The parent did what the protocol does not allow; ends the connection. Has no stack trace, for it is no bug of ours. */
final class ParentFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ParentFault(String what) {
        super(what, null, false, false);
    }
}

package kant.protocol.head;

import kant.protocol.net.Percent;

/** A peer sent what the protocol or IoT Hub's use of it does not allow; the connection it came on cannot go on. Not a bug: no stack trace. */
public final class ProtocolViolation extends Exception {
    private static final long serialVersionUID = 1L;

    /** How much of a peer's text a message repeats. */
    private static final int QUOTED_CHARACTERS = 200;

    private final String what;

    public ProtocolViolation(String what) {
        super(what, null, false, false);
        this.what = what;
    }

    /** What was sent and why that is not possible. */
    public String what() {
        return what;
    }

    /** A peer's text for a message: quoted, and cut where it is long. */
    public static String quote(String text) {
        return text.length() <= QUOTED_CHARACTERS
                ? "\"" + text + "\""
                : "\"" + text.substring(0, QUOTED_CHARACTERS) + "…\" (" + text.length() + " characters)";
    }

    /** Undoes percent encoding; what cannot be undone is a violation. */
    public static String decode(String text) throws ProtocolViolation {
        try {
            return Percent.decode(text);
        } catch (IllegalArgumentException e) {
            throw new ProtocolViolation(quote(text) + " is not percent-encoded text: " + e.getMessage());
        }
    }
}

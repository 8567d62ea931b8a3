package kant.model.deployment;

/** Leaves the parser's steps at the first fault; {@link ManifestParser} returns its refusal, it goes no further. */
final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int MALFORMED_CODE = 400;
    private static final int FAILED_CODE = 500;

    @SuppressWarnings("serial") // never serialised; the field only carries the reason
    private final ManifestRefusal refusal;

    MalformedException(String pointer, String detail) {
        this(new ManifestRefusal(MALFORMED_CODE, "Agent configuration format is invalid.", pointer, detail));
    }

    private MalformedException(ManifestRefusal refusal) {
        super(refusal.text(), null, false, false);
        this.refusal = refusal;
    }

    /** A user module bears the name of a system module; the original fails late, with this code and text. */
    static MalformedException duplicate(String pointer, String name) {
        return new MalformedException(new ManifestRefusal(
                FAILED_CODE,
                "An item with the same key has already been added. Key: " + name,
                pointer,
                "the name belongs to a system module; rename the module"));
    }

    ManifestRefusal refusal() {
        return refusal;
    }
}

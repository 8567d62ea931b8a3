package kant.model.error;

import java.util.Objects;

/** Carries a {@link Refusal} through a stage or a call; has no stack trace, for it is not a bug. */
public final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // never serialised; the field only carries the reason
    private final Refusal refusal;

    public RefusedException(Refusal refusal) {
        super(Objects.requireNonNull(refusal).reason(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}

package kant.iothub.c2d;

import java.util.Locale;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;

/** Of which fates a service wants to be told ({@code iothub-ack}). */
public enum Acknowledgement {
    NONE,
    POSITIVE,
    NEGATIVE,
    FULL;

    /** Reads the property's value; empty is none. Java says {@code positiveonly} and {@code negativeonly}. */
    static Acknowledgement parse(String text) throws HubRefusedException {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "", "none" -> NONE;
            case "positive", "positiveonly" -> POSITIVE;
            case "negative", "negativeonly" -> NEGATIVE;
            case "full" -> FULL;
            default ->
                throw new HubRefusedException(
                        ErrorCode.ARGUMENT_INVALID,
                        "iothub-ack \"" + text + "\" is unknown; use none, positive, negative or full");
        };
    }

    boolean wants(Fate fate) {
        return switch (this) {
            case NONE -> false;
            case POSITIVE -> fate == Fate.COMPLETED;
            case NEGATIVE -> fate != Fate.COMPLETED;
            case FULL -> true;
        };
    }
}

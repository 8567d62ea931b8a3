package kant.routing;

import java.util.List;

/**
 * What a route or a condition makes of one message, and why.
 *
 * @param values what the condition named and what that was, in the order of the text; and every call or operator that was undefined
 *     though nothing in it was. Empty where the source already decides
 */
public record Explanation(Verdict verdict, List<Finding> values) {

    /** How it ends; only {@link #MATCH} takes the message. */
    public enum Verdict {
        MATCH,
        /** The message comes from elsewhere than {@code FROM} says; the condition was not asked. */
        OTHER_SOURCE,
        FALSE,
        /** Something the condition needs is not there, or of a kind that it cannot be compared with. */
        UNDEFINED,
        /** The condition is a null, a number or a text: no truth at all. */
        NOT_BOOLEAN
    }

    /**
     * One value.
     *
     * @param text as it stands in the condition; of a call its name, of an operator its sign
     * @param value as a literal of the language, {@code undefined} and {@code null} included
     * @param why where it is undefined or null: the reason; else empty
     * @param line 1-based, in the text that was compiled
     * @param column 1-based, in UTF-16 units; {@code endColumn} is exclusive
     */
    public record Finding(String text, String value, String why, int line, int column, int endColumn) {
        /** Whether this is something that was not there. */
        public boolean isUndefined() {
            return value.equals("undefined");
        }
    }

    public Explanation {
        values = List.copyOf(values);
    }
}

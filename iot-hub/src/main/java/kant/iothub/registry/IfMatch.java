package kant.iothub.registry;

import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import org.jspecify.annotations.Nullable;

/** The {@code If-Match} header: absent, {@code *}, or an etag; quoted or not (reference/service-protocols.md §2). */
public sealed interface IfMatch {

    /** No header, or an empty one. */
    record Absent() implements IfMatch {}

    /** Whatever is there. */
    record Any() implements IfMatch {}

    /** Exactly this one. */
    record Exactly(String etag) implements IfMatch {}

    static IfMatch parse(@Nullable String header) {
        String text = header == null ? "" : header.strip();
        if (text.startsWith("W/")) {
            text = text.substring(2);
        }
        if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1);
        }
        if (text.isEmpty()) {
            return new Absent();
        }
        return text.equals("*") ? new Any() : new Exactly(text);
    }

    /** Refuses where another etag is asked for than the one there is. */
    default void check(String etag, String what) throws HubRefusedException {
        if (this instanceof Exactly(String wanted) && !wanted.equals(etag)) {
            throw new HubRefusedException(
                    ErrorCode.PRECONDITION_FAILED,
                    what + " has etag \"" + etag + "\", not \"" + wanted + "\"; read it again and repeat the change");
        }
    }

    /** For callers that cannot say which one they mean. */
    default IfMatch orAny() {
        return this instanceof Absent ? new Any() : this;
    }

    /** Refuses where the caller must say which one it means and did not. */
    default void require(String what) throws HubRefusedException {
        if (this instanceof Absent) {
            throw new HubRefusedException(
                    ErrorCode.PRECONDITION_FAILED, what + " needs an If-Match header: an etag, or * for any");
        }
    }
}

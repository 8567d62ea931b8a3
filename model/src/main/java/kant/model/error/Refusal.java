package kant.model.error;

/**
 * An expected "no": somebody's input or state does not allow what was asked. Each protocol head maps every case to its
 * own wire by one exhaustive switch.
 */
public sealed interface Refusal {

    /** What was refused, with which input, why, and what to do; never a secret. */
    String reason();

    /** The credential does not prove the identity, or the identity may not do this. */
    record Unauthorized(String reason) implements Refusal {}

    /** No such device, module, deployment or message. */
    record NotFound(String reason) implements Refusal {}

    /** The thing to be created exists. */
    record AlreadyExists(String reason) implements Refusal {}

    /** The input is malformed or outside its limits. */
    record Invalid(String reason) implements Refusal {}

    /** An etag or version does not match. */
    record PreconditionFailed(String reason) implements Refusal {}

    /** The message or body is over its size limit. */
    record TooLarge(String reason) implements Refusal {}

    /** The store has no room under the routes' policies. */
    record StoreFull(String reason) implements Refusal {}

    /** Too many of something: connections, calls, queued messages. */
    record LimitExceeded(String reason) implements Refusal {}

    /** The target is known but not connected, or does not listen. */
    record NotConnected(String reason) implements Refusal {}

    /** No answer in time. */
    record TimedOut(String reason) implements Refusal {}

    /** It may work later: the link or a part is down. */
    record Unavailable(String reason) implements Refusal {}
}

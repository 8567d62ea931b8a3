package kant.upstream;

import java.time.Duration;
import kant.model.error.Refusal;

/** What can happen to one identity's connection. */
public sealed interface ConnectionEvent {

    /** Time has passed. */
    record Tick() implements ConnectionEvent {}

    /** The turn asked for has come. */
    record Turn() implements ConnectionEvent {}

    /** The attempt succeeded; {@code tokenLeft} is how long the token it used is still good. */
    record Ready(Duration tokenLeft) implements ConnectionEvent {}

    /** The attempt failed, or the connection was lost. */
    record Lost(String reason) implements ConnectionEvent {}

    /** The attempt reached nobody: no address, no route, no answer. */
    record Unreached(String reason) implements ConnectionEvent {}

    /** The parent does not want this identity. */
    record Refused(Refusal refusal) implements ConnectionEvent {}

    /** Another identity has just reached the parent: the network is back. */
    record ParentBack() implements ConnectionEvent {}

    /** The owner of the identity asks for an attempt now. */
    record Retry() implements ConnectionEvent {}

    /** Nothing is in flight any more. */
    record Drained() implements ConnectionEvent {}

    /** The identity is not needed any more. */
    record Close() implements ConnectionEvent {}
}

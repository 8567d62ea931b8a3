package kant.upstream;

import kant.model.error.Refusal;

/** What the machine wants done. */
public sealed interface ConnectionAction {

    /** Ask for a turn among the bounded number of attempts; answered by {@link ConnectionEvent.Turn}. */
    record AskTurn() implements ConnectionAction {}

    /** The turn, granted or still asked for, is not needed any more. */
    record GiveTurnBack() implements ConnectionAction {}

    /** Start an attempt. */
    record Open() implements ConnectionAction {}

    /** Take nothing new, and tell {@link ConnectionEvent.Drained} when nothing is in flight. */
    record Drain() implements ConnectionAction {}

    /** Close the connection or call the attempt off; no event of it counts from now on. */
    record Drop() implements ConnectionAction {}

    /** An attempt failed: for the log. */
    record TellFailed(String reason) implements ConnectionAction {}

    record TellUp() implements ConnectionAction {}

    record TellDown(String reason) implements ConnectionAction {}

    record TellRefused(Refusal refusal) implements ConnectionAction {}
}

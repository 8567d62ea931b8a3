package kant.edgehub.outbox;

/** How sending one message ended. */
public sealed interface Fate {

    /** The endpoint has taken it. */
    record Delivered() implements Fate {}

    /** Not this time. */
    record Retry(String reason) implements Fate {}

    /** The receiver would not have it, and did not say never: again, but not for ever. */
    record GivenBack() implements Fate {}

    /**
     * Never.
     *
     * @param reason one of a few constant words, under which it is counted
     */
    record Dropped(String reason) implements Fate {}

    /** The one instance that is needed. */
    Fate DELIVERED = new Delivered();
}

package kant.edgehub.outbox;

import java.util.concurrent.CompletionStage;
import kant.model.identity.IdentityId;
import kant.store.Entry;

/** Where an outbox sends to. Called by its outbox only, which is woken by whoever changes the answers below. */
interface Endpoint {

    /** Its name in the store. */
    String name();

    /** Whether the other calls return at once, so that any thread may make them. */
    boolean prompt();

    /** Whether anything at all can be sent; if not, nothing is read from the store. */
    boolean open();

    /** How many bytes of messages may be read ahead of those that are settled, at most {@link Outbox#MAX_BYTES}. */
    default long aheadBytes() {
        return Outbox.MAX_BYTES;
    }

    /** Messages of one lane are sent in order; lanes do not wait for one another. */
    IdentityId lane(Entry entry);

    /**
     * Takes a place for one message of the lane, which the next {@link #send} uses; false where there is none now.
     *
     * @param underWay messages of this lane that are sent and not settled
     */
    boolean reserve(IdentityId lane, int underWay);

    /** Sends one message; the stage never fails. */
    CompletionStage<Fate> send(Entry entry);
}

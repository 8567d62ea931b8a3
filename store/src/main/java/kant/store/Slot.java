package kant.store;

import kant.model.message.Message;
import org.jspecify.annotations.Nullable;

/** One message of one cursor that is in memory: fresh, in flight or given back. Guarded by its endpoint's lock. */
final class Slot {
    final long sequence;
    final long ordinal;

    /** As stored; 0 while there is no message. */
    int bytes;

    /** Unknown, that is 0, while there is no message. */
    long expiresMillis;

    /** Null for one that was in flight when the process ended: it is read from the log when its turn comes. */
    @Nullable
    Message message;

    int attempt;

    /** It came before the backlog. */
    boolean overtakes;

    /** One whose message is still to be read from the log. */
    Slot(long sequence, long ordinal) {
        this.sequence = sequence;
        this.ordinal = ordinal;
    }

    Slot(long sequence, long ordinal, int bytes, long expiresMillis, Message message) {
        this(sequence, ordinal);
        fill(bytes, expiresMillis, message);
    }

    void fill(int itsBytes, long expires, Message itsMessage) {
        bytes = itsBytes;
        expiresMillis = expires;
        message = itsMessage;
    }

    boolean expired(long nowMillis) {
        return expiresMillis <= nowMillis;
    }
}

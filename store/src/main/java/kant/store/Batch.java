package kant.store;

import java.util.ArrayList;
import java.util.List;
import kant.model.message.Message;

/** What one read may still take, and what it has taken. */
final class Batch {
    final long nowMillis;
    final List<Entry> entries = new ArrayList<>();
    private final int maxMessages;
    private long bytesLeft;
    private int recordsLeft;

    private Batch(int maxMessages, int maxBytes, int maxRecords, long nowMillis) {
        this.maxMessages = maxMessages;
        this.bytesLeft = maxBytes;
        this.recordsLeft = maxRecords;
        this.nowMillis = nowMillis;
    }

    static Batch of(int maxMessages, int maxBytes, long nowMillis) {
        return new Batch(maxMessages, maxBytes, Integer.MAX_VALUE, nowMillis);
    }

    /** Takes nothing, so that only what has expired goes; and looks at so many records of the log at most. */
    static Batch expiredOnly(int maxRecords, long nowMillis) {
        return new Batch(0, 0, maxRecords, nowMillis);
    }

    /** Whether one of this size may still be added; the first always may, if any. */
    boolean takes(int bytes) {
        return entries.size() < maxMessages && (entries.isEmpty() || bytes <= bytesLeft);
    }

    /** It is there for what has expired only. */
    boolean takesNothing() {
        return maxMessages == 0;
    }

    void add(Slot slot, long priority, Message message) {
        entries.add(new Entry(slot.sequence, priority, slot.attempt, message));
        bytesLeft -= slot.bytes;
    }

    /** Whether one more record of the log may be looked at. */
    boolean mayLook() {
        return recordsLeft-- > 0;
    }
}

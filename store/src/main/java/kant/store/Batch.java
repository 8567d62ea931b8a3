package kant.store;

import java.util.ArrayList;
import java.util.List;
import kant.model.message.Message;

/** What one read may still take, and what it has taken. */
final class Batch {
    /** Room for them at once; more is rare where readers keep up, and grows. */
    private static final int FIRST_ENTRIES = 64;

    final long nowMillis;
    final List<Entry> entries;
    private final int maxMessages;
    private long bytesLeft;
    private final int maxInFlight;
    private final boolean fromMemory;
    private int recordsLeft;
    private boolean settledSome;
    private boolean wantsDisk;

    private Batch(int maxMessages, int maxBytes, int maxInFlight, int maxRecords, boolean fromMemory, long nowMillis) {
        this.maxMessages = maxMessages;
        entries = new ArrayList<>(Math.min(maxMessages, FIRST_ENTRIES));
        this.bytesLeft = maxBytes;
        this.maxInFlight = maxInFlight;
        this.recordsLeft = maxRecords;
        this.fromMemory = fromMemory;
        this.nowMillis = nowMillis;
    }

    static Batch of(int maxMessages, int maxBytes, int maxInFlight, long nowMillis) {
        return new Batch(maxMessages, maxBytes, maxInFlight, Integer.MAX_VALUE, false, nowMillis);
    }

    /** As {@link #of}, without the disk. */
    static Batch ofMemory(int maxMessages, int maxBytes, int maxInFlight, long nowMillis) {
        return new Batch(maxMessages, maxBytes, maxInFlight, Integer.MAX_VALUE, true, nowMillis);
    }

    /** Takes nothing, so that only what has expired goes; and looks at so many records of the log at most. */
    static Batch expiredOnly(int maxRecords, long nowMillis) {
        return new Batch(0, 0, 0, maxRecords, false, nowMillis);
    }

    /** Whether one of this size may still be added, to so many in flight; the first may be of any size. */
    boolean takes(int bytes, int inFlight) {
        return inFlight < maxInFlight && entries.size() < maxMessages && (entries.isEmpty() || bytes <= bytesLeft);
    }

    /** It is there for what has expired only. */
    boolean takesNothing() {
        return maxMessages == 0;
    }

    void add(Slot slot, long priority, Message message) {
        entries.add(new Entry(slot.sequence, priority, slot.attempt, message, slot.overtakes));
        bytesLeft -= slot.bytes;
    }

    /** Something was settled on the way: it had expired, or was lost. */
    void settled() {
        settledSome = true;
    }

    boolean settledSome() {
        return settledSome;
    }

    boolean fromMemory() {
        return fromMemory;
    }

    /** To be asked before the disk is read; what it refuses is remembered. */
    boolean mayReadDisk() {
        wantsDisk |= fromMemory;
        return !fromMemory;
    }

    /** Whether there may be more on the disk. */
    boolean wantsDisk() {
        return wantsDisk;
    }

    /** Whether one more record of the log may be looked at. */
    boolean mayLook() {
        return recordsLeft-- > 0;
    }
}

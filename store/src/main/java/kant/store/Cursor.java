package kant.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one reader of an endpoint. Strict priority, then order of acceptance; at least once. Reading is for one thread at a
 * time and may read the disk; the other calls are short and for any thread.
 */
public interface Cursor {

    /**
     * The next messages: those released come first, none that is in flight. Expired ones are counted and skipped, fresh ones
     * come from memory, a backlog from the disk in bounded pieces.
     *
     * @param maxBytes of the messages as stored; one is handed out even if it is larger
     * @return empty when nothing waits, or when too many are in flight
     */
    List<Entry> read(int maxMessages, int maxBytes);

    /**
     * The same from memory alone, for threads that must not wait for the disk.
     *
     * @return null where nothing can be told without {@link #read}
     */
    @Nullable
    List<Entry> readMemory(int maxMessages, int maxBytes);

    /** The endpoint has taken it. An entry that is not in flight (any more) is ignored, here and below. */
    void delivered(Entry entry);

    /** It will never be delivered; counted under the reason. */
    void dropped(Entry entry, String reason);

    /** It was not delivered this time: it is read again, in its place. */
    void release(Entry entry);

    /** Called on the store's writer thread whenever something new is durable; must return at once. Replaces the one before. */
    void onAvailable(Runnable wake);

    /** Accepted and not settled: waiting and in flight. */
    long pending();
}

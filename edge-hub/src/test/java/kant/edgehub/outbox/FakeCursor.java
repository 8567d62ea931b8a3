package kant.edgehub.outbox;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kant.model.message.Message;
import kant.store.Cursor;
import kant.store.Entry;

/** A cursor in memory that checks what it is told. */
final class FakeCursor implements Cursor {
    final List<Message> delivered = new ArrayList<>();
    final Map<Message, String> dropped = new HashMap<>();
    private final TreeMap<Long, Entry> pending = new TreeMap<>();
    private final Set<Long> inFlight = new HashSet<>();
    private Runnable wake = () -> {};
    private long next;

    void add(Message message) {
        pending.put(next, new Entry(next, 0, 0, message));
        next++;
        wake.run();
    }

    /** Removes everything that is not in flight, as the store does with what has expired. */
    void expire() {
        pending.keySet().removeIf(sequence -> !inFlight.contains(sequence));
    }

    int inFlight() {
        return inFlight.size();
    }

    @Override
    public List<Entry> read(int maxMessages, int maxBytes) {
        List<Entry> entries = new ArrayList<>();
        int bytes = 0;
        for (Entry entry : pending.values()) {
            if (entries.size() == maxMessages || bytes >= maxBytes) {
                break;
            }
            if (inFlight.add(entry.sequence())) {
                entries.add(entry);
                bytes += entry.message().size();
            }
        }
        return entries;
    }

    @Override
    public List<Entry> readMemory(int maxMessages, int maxBytes) {
        return read(maxMessages, maxBytes);
    }

    @Override
    public void delivered(Entry entry) {
        settled(entry);
        delivered.add(entry.message());
    }

    @Override
    public void dropped(Entry entry, String reason) {
        settled(entry);
        dropped.put(entry.message(), reason);
    }

    @Override
    public void release(Entry entry) {
        if (!inFlight.remove(entry.sequence())) {
            throw new AssertionError("released what was not in flight");
        }
        pending.put(
                entry.sequence(), new Entry(entry.sequence(), entry.priority(), entry.attempt() + 1, entry.message()));
    }

    @Override
    public void onAvailable(Runnable wake) {
        this.wake = wake;
    }

    @Override
    public long pending() {
        return pending.size();
    }

    private void settled(Entry entry) {
        if (!inFlight.remove(entry.sequence()) || pending.remove(entry.sequence()) == null) {
            throw new AssertionError("settled what was not in flight");
        }
    }
}

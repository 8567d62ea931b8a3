package kant.edgehub.outbox;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import kant.store.Entry;

/**
 * What an outbox holds of one lane: entries that are read and not sent yet, and how many are under way. Owned by the outbox's
 * thread.
 *
 * <p>States: <i>flowing</i> until a send fails; <i>failing</i> while others are still under way, and nothing new is sent, so
 * that order is kept; <i>resting</i> until the next try. Then what is held goes back to the store and is read anew, in order
 * and without what has expired meanwhile.
 */
final class Lane {
    private final Deque<Entry> held = new ArrayDeque<>();

    /** What goes before them. */
    private final Deque<Entry> overtaking = new ArrayDeque<>();

    private int underWay;
    private int failures;
    private boolean failing;
    private boolean resting;

    void hold(Entry entry) {
        (entry.overtakes() ? overtaking : held).add(entry);
    }

    boolean flowing() {
        return !failing && !resting;
    }

    boolean hasNext() {
        return !held.isEmpty() || !overtaking.isEmpty();
    }

    Entry next() {
        underWay++;
        return overtaking.isEmpty() ? held.remove() : overtaking.remove();
    }

    /** One that was under way has ended well, or is given up. */
    void settled() {
        underWay--;
        if (!failing) {
            failures = 0;
        }
    }

    /** One that was under way must be sent again. */
    void failed() {
        underWay--;
        failing = true;
    }

    /** Whether the last one under way has ended after a failure: time to rest. */
    boolean shouldRest() {
        return failing && underWay == 0;
    }

    /** Begins to rest; returns how many times in a row this lane has failed. */
    int rest() {
        failing = false;
        resting = true;
        failures++;
        return failures;
    }

    boolean resting() {
        return resting;
    }

    void resume() {
        resting = false;
    }

    /** Takes out everything that is held and not sent. */
    List<Entry> giveBack() {
        var all = new ArrayList<>(overtaking);
        all.addAll(held);
        overtaking.clear();
        held.clear();
        return all;
    }

    int underWay() {
        return underWay;
    }

    boolean forgettable() {
        return !hasNext() && underWay == 0 && !failing && !resting;
    }
}

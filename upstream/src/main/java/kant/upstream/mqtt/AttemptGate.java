package kant.upstream.mqtt;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Lets a bounded number of identities connect at a time, the others in the order they asked. Callable from any thread. */
final class AttemptGate {
    private final int most;
    private final Set<Runnable> inside = new HashSet<>();
    private final Deque<Runnable> outside = new ArrayDeque<>();

    AttemptGate(int most) {
        this.most = most;
    }

    /** Asks for a turn. {@code turn} is run once when it has come, on any thread, and is also the key to give it back by. */
    void ask(Runnable turn) {
        synchronized (this) {
            if (inside.size() >= most) {
                outside.add(turn);
                return;
            }
            inside.add(turn);
        }
        turn.run();
    }

    /** Gives a turn back, whether it has come or not. */
    void giveBack(Runnable turn) {
        Runnable next;
        synchronized (this) {
            if (!inside.remove(turn)) {
                outside.remove(turn);
                return;
            }
            next = outside.poll();
            if (next == null) {
                return;
            }
            inside.add(next);
        }
        next.run();
    }
}

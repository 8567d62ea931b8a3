package kant.upstream.drive;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a bounded number of identities connect at a time, the others in the order they asked; nobody while it is shut. Callable
 * from any thread.
 */
public final class AttemptGate {
    private final int most;
    private final Set<Runnable> inside = new HashSet<>();
    private final Deque<Runnable> outside = new ArrayDeque<>();
    private boolean shut;

    /** An open gate. */
    public AttemptGate(int most) {
        this.most = most;
    }

    /** Asks for a turn. {@code turn} is run once when it has come, on any thread, and is also the key to give it back by. */
    public void ask(Runnable turn) {
        synchronized (this) {
            if (shut || inside.size() >= most) {
                outside.add(turn);
                return;
            }
            inside.add(turn);
        }
        turn.run();
    }

    /** Gives a turn back, whether it has come or not. */
    public void giveBack(Runnable turn) {
        Runnable next;
        synchronized (this) {
            if (!inside.remove(turn)) {
                outside.remove(turn);
                return;
            }
            next = next();
        }
        if (next != null) {
            next.run();
        }
    }

    /** Gives no more turns; those that have come stay. */
    public synchronized void shut() {
        shut = true;
    }

    /** Gives turns again, first to those who have waited. */
    public void open() {
        List<Runnable> granted = new ArrayList<>();
        synchronized (this) {
            shut = false;
            for (Runnable next = next(); next != null; next = next()) {
                granted.add(next);
            }
        }
        granted.forEach(Runnable::run);
    }

    private @Nullable Runnable next() {
        if (shut || inside.size() >= most) {
            return null;
        }
        Runnable next = outside.poll();
        if (next != null) {
            inside.add(next);
        }
        return next;
    }
}

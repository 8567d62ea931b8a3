package kant.upstream.http;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** The open connections, and those of them that are idle, the one used last first. Callable from any thread. */
final class HttpConnections {
    /** More than this are not kept: calls come in bursts, and a parent counts connections. */
    private static final int MOST_IDLE = 4;

    /** Shorter than servers keep idle connections, so that few calls meet one that is just being closed. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(10);

    private record Idle(HttpConnection connection, long since) {}

    private final Time time;
    private final Set<HttpConnection> open = new HashSet<>();
    private final Deque<Idle> idle = new ArrayDeque<>();
    private boolean closed;

    HttpConnections(Time time) {
        this.time = time;
    }

    /** A connection was made; it leaves by itself when it closes. */
    void opened(HttpConnection connection) {
        boolean tooLate;
        synchronized (this) {
            open.add(connection);
            tooLate = closed;
        }
        connection.onClose(() -> forget(connection));
        if (tooLate) {
            connection.close();
        }
    }

    /** One to use again; those that have been idle for long are closed instead. */
    @Nullable
    HttpConnection takeIdle() {
        List<Idle> old;
        synchronized (this) {
            Idle newest = idle.pollFirst();
            if (newest == null) {
                return null;
            }
            if (time.nanos() - newest.since() < LONGEST_IDLE.toNanos()) {
                return newest.connection();
            }
            idle.addFirst(newest);
            old = List.copyOf(idle);
            idle.clear();
        }
        old.forEach(entry -> entry.connection().close());
        return null;
    }

    /** A call on it is over: keeps it, where it can be used again and there is room. */
    void giveBack(HttpConnection connection) {
        synchronized (this) {
            if (!closed && connection.reusable() && idle.size() < MOST_IDLE) {
                idle.addFirst(new Idle(connection, time.nanos()));
                return;
            }
        }
        connection.close();
    }

    void close() {
        List<HttpConnection> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(open);
            idle.clear();
        }
        all.forEach(HttpConnection::close);
    }

    private synchronized void forget(HttpConnection connection) {
        open.remove(connection);
        idle.removeIf(entry -> entry.connection() == connection);
    }
}

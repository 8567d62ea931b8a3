package kant.testkit.net;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import kant.world.Tasks;
import kant.world.Time;

/** One connection through a relay: two sockets and a pipe in each direction. */
final class RelayedConnection {
    private final SocketChannel caller;
    private final SocketChannel target;
    private final Pipe up;
    private final Pipe down;
    private final Meter meter;
    private final Consumer<RelayedConnection> ended;
    private final List<Tasks.Cancellable> tasks = new ArrayList<>();
    private final AtomicInteger directions = new AtomicInteger(2);
    private final AtomicBoolean over = new AtomicBoolean();

    /** @param ended called once, when both sockets are closed */
    RelayedConnection(
            SocketChannel caller,
            SocketChannel target,
            Function<Direction, Weather> weather,
            Meter meter,
            Time time,
            Consumer<RelayedConnection> ended)
            throws IOException {
        this.caller = caller.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.target = target.setOption(StandardSocketOptions.TCP_NODELAY, true);
        this.meter = meter;
        this.ended = ended;
        up = new Pipe(Direction.UP, caller, target, weather.apply(Direction.UP), meter, time);
        down = new Pipe(Direction.DOWN, target, caller, weather.apply(Direction.DOWN), meter, time);
    }

    synchronized void start(Tasks all) {
        for (Pipe pipe : List.of(up, down)) {
            tasks.add(all.spawn("relay-read", () -> read(pipe)));
            tasks.add(all.spawn("relay-write", () -> write(pipe)));
        }
    }

    /** Resets both sides, unless it is over. */
    void reset() {
        if (over.compareAndSet(false, true)) {
            meter.reset();
            end(true);
        }
    }

    private void read(Pipe pipe) {
        try {
            pipe.read();
        } catch (IOException _) {
            broken(pipe);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the connection is over
        }
    }

    private void write(Pipe pipe) {
        try {
            switch (pipe.write()) {
                case SPENT -> reset();
                case ENDED -> {
                    if (directions.decrementAndGet() == 0 && over.compareAndSet(false, true)) {
                        end(false);
                    }
                }
            }
        } catch (IOException _) {
            broken(pipe == up ? down : up);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // the connection is over
        }
    }

    /** One side has gone without a word: the other hears of it, unless nothing gets through this way any more. */
    private void broken(Pipe news) {
        if (!news.swallows() && over.compareAndSet(false, true)) {
            end(true);
        }
    }

    private synchronized void end(boolean abruptly) {
        for (SocketChannel socket : List.of(caller, target)) {
            try (socket) {
                if (abruptly) {
                    socket.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
            } catch (IOException _) {
                // it is closed, which is what was wanted
            }
        }
        tasks.forEach(Tasks.Cancellable::cancel);
        ended.accept(this);
    }
}

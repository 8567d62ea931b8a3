package kant.upstream.drive;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import kant.upstream.ConnectionAction;
import kant.upstream.ConnectionEvent;
import kant.upstream.ConnectionMachine;
import kant.upstream.ConnectionState;
import kant.world.Randomness;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * Runs one {@link ConnectionMachine} on an event loop: feeds it events one after the other, carries its actions out in
 * order, ticks it when it asks for it. Owned by the loop.
 */
public final class ConnectionDriver {

    /** Whose connection it is. */
    public interface Effects {
        /** Before the actions of each step: where the machine is now. */
        void entered(ConnectionState state);

        void act(ConnectionAction action);

        /** It is closed, and all is done; may be told again. */
        void ended();
    }

    private final ConnectionMachine machine;
    private final EventLoop loop;
    private final Time time;
    private final Randomness randomness;
    private final Effects effects;

    private final Deque<ConnectionEvent> events = new ArrayDeque<>();
    private ConnectionState state;
    private boolean stepping;
    private long tickAt = ConnectionState.NEVER;
    private @Nullable Future<?> tick;

    public ConnectionDriver(
            ConnectionMachine machine, EventLoop loop, Time time, Randomness randomness, Effects effects) {
        this.machine = machine;
        this.loop = loop;
        this.time = time;
        this.randomness = randomness;
        this.effects = effects;
        state = machine.initial(time.nanos());
    }

    public ConnectionState state() {
        return state;
    }

    /** Takes an event; one that comes of an action waits until that step is done. */
    public void feed(ConnectionEvent event) {
        if (!loop.inEventLoop()) {
            throw new AssertionError("a connection is driven by its own event loop alone");
        }
        events.add(event);
        if (stepping) {
            return;
        }
        stepping = true;
        try {
            for (ConnectionEvent next = events.poll(); next != null; next = events.poll()) {
                step(next);
            }
        } finally {
            stepping = false;
        }
        schedule();
        if (state instanceof ConnectionState.Closed) {
            effects.ended();
        }
    }

    private void step(ConnectionEvent event) {
        var step = machine.step(state, event, time.nanos(), randomness.fraction());
        state = step.next();
        effects.entered(state);
        step.actions().forEach(effects::act);
    }

    private void schedule() {
        long wakeAt = state.wakeAt();
        if (wakeAt == tickAt) {
            return;
        }
        if (tick != null) {
            tick.cancel(false);
        }
        tickAt = wakeAt;
        tick = wakeAt == ConnectionState.NEVER
                ? null
                : loop.schedule(this::ticked, wakeAt - time.nanos(), TimeUnit.NANOSECONDS);
    }

    private void ticked() {
        // a tick that came early by the other clock is scheduled again
        tickAt = ConnectionState.NEVER;
        tick = null;
        feed(new ConnectionEvent.Tick());
    }
}

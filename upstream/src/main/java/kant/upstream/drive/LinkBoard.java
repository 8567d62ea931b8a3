package kant.upstream.drive;

import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.upstream.ConnectionState;
import kant.upstream.LinkState;
import kant.upstream.ShownState;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows a link's state, debounced, to whoever listens. Callable from any thread; its state belongs to one event loop. */
public final class LinkBoard {
    private static final Logger log = LoggerFactory.getLogger(LinkBoard.class);

    private final EventLoop home;
    private final Time time;
    private final Duration debounce;
    private final List<Consumer<LinkState>> listeners = new ArrayList<>();
    private ShownState shown = ShownState.INITIAL;
    private volatile LinkState state = LinkState.DOWN;

    public LinkBoard(EventLoop home, Time time, Duration debounce) {
        this.home = home;
        this.time = time;
        this.debounce = debounce;
    }

    /** What is shown. */
    public LinkState state() {
        return state;
    }

    /** Tells the state there is now, and each change of it, on the board's loop. */
    public void onChange(Consumer<LinkState> listener) {
        onHome(() -> {
            listeners.add(listener);
            tell(listener, shown.shown());
        });
    }

    /** The state is this now. */
    public void actual(LinkState now) {
        onHome(() -> show(shown.on(now, time.nanos(), debounce.toNanos())));
    }

    /** The link has ended: shown at once. */
    public void ended() {
        onHome(() -> show(ShownState.INITIAL));
    }

    /** Takes the new state, tells it where it differs, and looks again when the debounce is over. */
    private void show(ShownState next) {
        LinkState before = shown.shown();
        shown = next;
        if (next.showAt() != ConnectionState.NEVER) {
            var _ = home.schedule(
                    () -> show(shown.tick(time.nanos())), next.showAt() - time.nanos(), TimeUnit.NANOSECONDS);
        }
        if (next.shown() != before) {
            state = next.shown();
            log.atInfo()
                    .addKeyValue("state", state)
                    .addKeyValue("before", before)
                    .log("link changed");
            listeners.forEach(listener -> tell(listener, next.shown()));
        }
    }

    private static void tell(Consumer<LinkState> listener, LinkState state) {
        try {
            listener.accept(state);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("state", state).setCause(e).log("a listener of the link's state failed");
        }
    }

    private void onHome(Runnable step) {
        try {
            home.execute(step);
        } catch (RejectedExecutionException _) {
            // the program has stopped its event loops: nobody looks at the state any more
        }
    }
}

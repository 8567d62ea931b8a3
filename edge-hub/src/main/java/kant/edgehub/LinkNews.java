package kant.edgehub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import kant.edgehub.parent.LinkView;
import kant.edgehub.parent.LinkWatch;
import kant.edgehub.report.HubReport;
import kant.upstream.LinkState;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/** Keeps what the hub's twin says of the link: each change of its state, and now and then what has become of the queue. */
final class LinkNews {
    /** What waits changes with every message; the twin is no place for that. */
    private static final Duration QUEUE_EVERY = Duration.ofMinutes(5);

    private final LinkWatch watch;
    private final HubReport report;
    private final Tasks tasks;
    private final AtomicBoolean changed = new AtomicBoolean();
    private @Nullable ObjectNode told;

    LinkNews(LinkWatch watch, HubReport report, Tasks tasks) {
        this.watch = watch;
        this.report = report;
        this.tasks = tasks;
    }

    void start() {
        changed.set(true);
        tasks.execute(this::tell);
        later();
    }

    /** The link shows another state; told on its event loop, which must not wait for the disk. */
    void changed(LinkState state) {
        if (watch.changed(state) && !changed.getAndSet(true)) {
            tasks.execute(this::tell);
        }
    }

    private void later() {
        var _ = tasks.after(QUEUE_EVERY, "queue in the twin", () -> {
            tell();
            later();
        });
    }

    private synchronized void tell() {
        changed.set(false);
        LinkView view = watch.view().settled();
        ObjectNode now = view.json();
        if (!now.equals(told)) {
            told = now;
            report.link(now);
        }
    }
}

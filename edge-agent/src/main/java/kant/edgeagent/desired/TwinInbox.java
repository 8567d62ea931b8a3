package kant.edgeagent.desired;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.message.Delivery;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.upstream.UpstreamListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes what the link says, on the link's thread, and keeps it until the reconciler looks. Never waits. */
final class TwinInbox implements UpstreamListener {
    private static final Logger log = LoggerFactory.getLogger(TwinInbox.class);

    /** More than this means that nobody looked for long: the whole twin is read then. */
    private static final int MAX_PATCHES = 100;

    private final Runnable wake;
    private final Consumer<MethodCall> methods;
    private final Queue<TwinPatch> patches = new ArrayDeque<>();
    private boolean up;
    private boolean wholeTwinNeeded = true;

    TwinInbox(Runnable wake, Consumer<MethodCall> methods) {
        this.wake = wake;
        this.methods = methods;
    }

    synchronized boolean linkUp() {
        return up;
    }

    synchronized boolean wholeTwinNeeded() {
        return wholeTwinNeeded;
    }

    /** Notes that patches alone do not tell the state any more. */
    synchronized void needWholeTwin() {
        wholeTwinNeeded = true;
    }

    /** Before the whole twin is asked for: what comes from now on belongs to it or follows it. */
    synchronized void readingWholeTwin() {
        wholeTwinNeeded = false;
    }

    /** Takes out the patches that came, in order. */
    synchronized List<TwinPatch> patches() {
        List<TwinPatch> all = new ArrayList<>(patches);
        patches.clear();
        return all;
    }

    @Override
    public void up() {
        synchronized (this) {
            up = true;
            wholeTwinNeeded = true; // what changed while there was no link was not told
            patches.clear();
        }
        log.atInfo().log("connected to the parent");
        wake.run();
    }

    @Override
    public void down(String reason) {
        synchronized (this) {
            up = false;
        }
        log.atInfo().addKeyValue("reason", reason).log("no connection to the parent");
    }

    @Override
    public void refused(Refusal refusal) {
        log.atWarn().addKeyValue("reason", refusal.reason()).log("the parent refuses the agent's identity");
    }

    @Override
    public void desired(TwinPatch patch) {
        synchronized (this) {
            if (patches.size() < MAX_PATCHES) {
                patches.add(patch);
            } else {
                wholeTwinNeeded = true;
            }
        }
        wake.run();
    }

    @Override
    public void invoke(MethodCall call) {
        methods.accept(call);
    }

    @Override
    public void deliver(Delivery delivery) {
        log.atWarn().addKeyValue("input", delivery.input()).log("a message came that was not asked for");
    }
}

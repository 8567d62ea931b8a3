package kant.conformance.network;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import kant.testkit.history.History;
import kant.testkit.history.Stream;

/** Everything that sends during one play. */
final class Load implements AutoCloseable {
    private static final long PROBE_PACE_NANOS = Duration.ofMillis(100).toNanos();
    private static final Duration END = Duration.ofSeconds(10);

    private final List<Sender> senders;
    private final Map<Probe, Stream> probes = new LinkedHashMap<>();
    private final Thread pacer;
    private volatile boolean stopped;

    private Load(String play, History history, List<Sender> senders, List<Probe> probes) {
        this.senders = senders;
        for (Probe probe : probes) {
            this.probes.put(
                    probe,
                    history.stream(Note.streamName(play, probe.toString(), Note.Kind.COLD), List.of(Lane.PARENT)));
        }
        pacer = Thread.ofVirtual().name("probes").unstarted(this::sendByProbes);
    }

    /** Of senders that have begun already; the probes begin now. */
    static Load of(String play, History history, List<Sender> senders, List<Probe> probes) {
        var load = new Load(play, history, senders, probes);
        load.pacer.start();
        return load;
    }

    /** Waits until every plain client has been answered once: what follows finds them connected. */
    void awaitFirst() throws Exception {
        for (Sender sender : senders) {
            sender.awaitFirst();
        }
    }

    private void sendByProbes() {
        while (!stopped) {
            probes.forEach(Probe::send);
            LockSupport.parkNanos(PROBE_PACE_NANOS);
        }
    }

    /** Nothing new is sent; waits for the answers to what was. */
    @Override
    public void close() throws Exception {
        stopped = true;
        for (Sender sender : senders) {
            sender.close();
        }
        if (!pacer.join(END)) {
            throw new AssertionError("the SDK did not take a message within " + END.toSeconds() + " s");
        }
    }
}

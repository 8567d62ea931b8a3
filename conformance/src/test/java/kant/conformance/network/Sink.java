package kant.conformance.network;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.testkit.history.History;

/** The module that gets what other modules of its device send; connected all the time, whatever becomes of the way up. */
final class Sink implements AutoCloseable {
    static final String INPUT = "in";
    private static final Duration END = Duration.ofSeconds(60);

    private final MqttSocket client;
    private final Map<String, History> histories = new ConcurrentHashMap<>();
    private final AtomicLong slowest = new AtomicLong();
    private final Thread thread;
    private volatile boolean stopped;

    private Sink(MqttSocket client) {
        this.client = client;
        thread = Thread.ofVirtual().name("sink").unstarted(this::receive);
    }

    static Sink open(String address, SSLContext trust, SasIdentity identity) throws Exception {
        MqttSocket client = MqttSocket.open(address, trust, identity);
        client.subscribe(identity.topics() + "inputs/#");
        var sink = new Sink(client);
        sink.thread.start();
        return sink;
    }

    /** Keeps books of this play from now on. */
    void open(String play, History history) {
        histories.put(play, history);
    }

    /** The longest way of a message from module to module since this was last asked. */
    Duration slowest() {
        return Duration.ofNanos(slowest.getAndSet(0));
    }

    private void receive() {
        while (!stopped) {
            try {
                MqttSocket.Received received = client.receiveOnly();
                enter(received);
                client.acknowledge(received.id());
            } catch (SocketTimeoutException _) {
                ping(); // nobody sends between plays
            } catch (IOException e) {
                if (!stopped) {
                    throw new IllegalStateException("the hub let go of a module that did nothing wrong", e);
                }
            }
        }
    }

    private void ping() {
        try {
            client.ping();
        } catch (IOException e) {
            throw new IllegalStateException("the hub does not answer a module's ping", e);
        }
    }

    private void enter(MqttSocket.Received received) {
        Note note = Note.of(List.of("stream", "n", "kind", "at").stream()
                .collect(Collectors.toMap(Function.identity(), received::property)));
        long now = System.nanoTime();
        slowest.accumulateAndGet(now - note.sentAt(), Math::max);
        histories.get(note.play()).arrived(Lane.SINK, note.stream(), note.number(), TimeUnit.NANOSECONDS.toMillis(now));
    }

    @Override
    public void close() throws Exception {
        stopped = true;
        client.close();
        if (!thread.join(END)) {
            throw new AssertionError("the sink did not end");
        }
    }
}

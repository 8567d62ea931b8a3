package kant.edgehub.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import kant.edgehub.outbox.Fate;
import kant.edgehub.outbox.Outboxes.SettledMeter;
import kant.edgehub.session.MessageMeter;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.routing.Match;
import kant.store.Entry;

/** The hub's counters. Labels come from authenticated identities and from routes only, so their number has a bound. */
public final class Counters implements MessageMeter, SettledMeter {

    /** A counter's labels: who sent, by which output. */
    record Sender(IdentityId id, String output) {}

    /** A delivery's labels. */
    record Sent(Sender from, String endpoint, long priority) {}

    /** Series of one name; beyond it they fall together under {@code other}. */
    private static final int MAX_OUTPUTS = 10_000;

    private static final Sender OTHER = new Sender(IdentityId.device("other"), "");

    final Map<Sender, LongAdder> received = new ConcurrentHashMap<>();
    final Map<Sender, LongAdder> unrouted = new ConcurrentHashMap<>();
    final Map<Sender, LongAdder> unacknowledged = new ConcurrentHashMap<>();
    final Map<Sent, LongAdder> sent = new ConcurrentHashMap<>();
    final Map<String, LongAdder> routes = new ConcurrentHashMap<>();
    final Map<IdentityId, LongAdder> connects = new ConcurrentHashMap<>();
    final Map<IdentityId, LongAdder> disconnects = new ConcurrentHashMap<>();
    final LongAdder connectFailures = new LongAdder();

    @Override
    public void received(Message message) {
        add(received, sender(message));
    }

    @Override
    public void unrouted(Message message) {
        add(unrouted, sender(message));
    }

    @Override
    public void accepted(List<Match> matches) {
        for (Match match : matches) {
            add(routes, match.route());
        }
    }

    @Override
    public void unacknowledged(Message message) {
        add(unacknowledged, sender(message));
    }

    @Override
    public void settled(String endpoint, Entry entry, Fate fate) {
        if (fate instanceof Fate.Delivered) {
            add(sent, new Sent(sender(entry.message()), endpoint, entry.priority()));
        }
    }

    public void connected(IdentityId id) {
        add(connects, id);
    }

    public void disconnected(IdentityId id) {
        add(disconnects, id);
    }

    /** A client was not let in. Not by its name, which anybody can make up. */
    public void connectFailed() {
        connectFailures.increment();
    }

    private Sender sender(Message message) {
        String output = message.systemProperties().get(SystemProperties.OUTPUT_NAME);
        var sender = new Sender(message.sender(), output == null ? "" : output);
        // the name of an output is the client's own choice
        return received.size() < MAX_OUTPUTS || received.containsKey(sender) ? sender : OTHER;
    }

    private static <K> void add(Map<K, LongAdder> counters, K key) {
        // get first: computeIfAbsent locks even where the key is there
        LongAdder counter = counters.get(key);
        if (counter == null) {
            counter = counters.computeIfAbsent(key, _ -> new LongAdder());
        }
        counter.increment();
    }
}

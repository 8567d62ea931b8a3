package kant.testkit.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Everything that was sent and everything that arrived, of one run with any number of crashes.
 *
 * <p>The promises that it holds a hub to:
 *
 * <ul>
 *   <li>what was acknowledged arrives at every endpoint of its stream;
 *   <li>the messages of one stream arrive for the first time in the order in which they were sent. A message that was sent again
 *       because its outcome was unknown may come behind what was sent between its two sendings, and no later. Where a
 *       <em>repeat</em> stands in the order is nobody's promise;
 *   <li>a message arrives once for each time it was sent, and once more after each disturbance (a kill, a cut connection) at
 *       which it was among the last arrivals at its endpoint: on its way, or not yet noted as delivered. How many the last ones
 *       are is the window;
 *   <li>nothing arrives that was not sent there, and nothing that was refused: a sender that was told no has kept its message.
 * </ul>
 *
 * <p>A sender that gets no answer reports neither acknowledgement nor refusal: such a message may arrive or not.
 */
public final class History {
    private final int window;
    private final Map<String, Stream> streams = new TreeMap<>();
    private final Map<String, Arrivals> arrivals = new TreeMap<>();
    private final List<Disturbance> disturbances = new ArrayList<>();
    private final Findings findings = new Findings();

    /** @param window how many arrivals at one endpoint may repeat after a disturbance */
    public History(int window) {
        this.window = window;
    }

    /** Something after which arrivals may repeat; times in milliseconds of one clock. */
    record Disturbance(long fromMillis, long untilMillis) {}

    /**
     * What one sender sends at one priority.
     *
     * @param name anything; arrivals tell it
     * @param endpoints where each of its messages must arrive
     */
    public synchronized Stream stream(String name, List<String> endpoints) {
        if (streams.containsKey(name)) {
            throw new IllegalArgumentException("there is a stream \"" + name + "\" already");
        }
        var stream = new Stream(this, name, endpoints);
        streams.put(name, stream);
        return stream;
    }

    /**
     * A message arrived; to be said before the reader acknowledges it. Calls for one endpoint come in the order of arrival, with
     * times that do not decrease.
     */
    public synchronized void arrived(String endpoint, String streamName, int number, long atMillis) {
        Arrivals at = arrivals.computeIfAbsent(endpoint, name -> new Arrivals(name, window, disturbances, findings));
        Stream stream = streams.get(streamName);
        Lane lane = stream == null ? null : stream.lane(endpoint);
        if (stream == null || lane == null || number < 0) {
            findings.add(Finding.PHANTOM, streamName + " " + number + " at " + endpoint + ", where it never was sent to");
            return;
        }
        at.take(stream, lane, number, atMillis);
    }

    /**
     * A crash or a lost connection; arrivals up to its end count as before it, arrivals from its beginning on as after it, for
     * what was under way then is seen a little later.
     */
    public synchronized void disturbed(long fromMillis, long untilMillis) {
        disturbances.add(new Disturbance(fromMillis, untilMillis));
    }

    /** How many messages of all streams have been acknowledged and have not arrived everywhere yet. */
    public synchronized long outstanding() {
        return streams.values().stream().mapToLong(Stream::missing).sum();
    }

    /** All promises checked on all that was recorded so far; losses are losses only once nothing more can arrive. */
    public synchronized Verdict verdict() {
        Map<Finding, Long> counts = new HashMap<>(findings.counts());
        List<String> examples = new ArrayList<>(findings.examples());
        for (Stream stream : streams.values()) {
            stream.judge((finding, count, example) -> {
                counts.merge(finding, count, Long::sum);
                examples.add(finding + ": " + example);
            });
        }
        return new Verdict(
                streams.values().stream().mapToLong(Stream::sentCount).sum(),
                streams.values().stream().mapToLong(Stream::acknowledgedCount).sum(),
                arrivals.values().stream().mapToLong(Arrivals::count).sum(),
                arrivals.values().stream().mapToLong(Arrivals::repeats).sum(),
                arrivals.values().stream()
                        .map(Arrivals::mostRepeatsAtOnce)
                        .max(Comparator.naturalOrder())
                        .orElse(0L),
                disturbances.size(),
                counts,
                examples);
    }
}

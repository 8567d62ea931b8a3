package kant.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kant.cli.host.CliException;
import kant.cli.hub.ServiceClient;
import kant.cli.hub.WatchCommand;

/** What has arrived in the stand-in's telemetry log, by sender; repeats are told apart by the ids that the senders gave. */
final class Arrivals {
    private static final int LAST = 6;
    private static final int BATCH = 500;
    private static final Pattern ID = Pattern.compile("([0-9a-f]+)-(\\d{1,9})");
    private static final String OLDEST = "-1";

    /** By module and run, the numbers that have arrived: senders count from 1, so a bit each is enough. */
    private final Map<String, BitSet> numbers = new TreeMap<>();

    private final Deque<String> last = new ArrayDeque<>();
    private String position = OLDEST;
    private long total;
    private long repeats;

    /** Asks for what is new; waits up to a second for it. Fails while the stand-in is away. */
    void poll(ServiceClient client) throws CliException {
        JsonNode batch = client.telemetry(position(), BATCH, 1);
        synchronized (this) {
            for (JsonNode message : batch.path("events")) {
                take(message);
            }
            position = batch.path("next").asText(position);
        }
    }

    private void take(JsonNode message) {
        String module = message.path("moduleId").asText("");
        String id = message.path("systemProperties").path("messageId").asText("");
        if (isNew(module, id)) {
            total++;
        } else {
            repeats++;
        }
        last.addLast(WatchCommand.line(message));
        if (last.size() > LAST) {
            last.removeFirst();
        }
    }

    private boolean isNew(String module, String id) {
        Matcher m = ID.matcher(id);
        if (!m.matches()) {
            return true; // not from one of our samples: nothing tells a repeat
        }
        BitSet seen = numbers.computeIfAbsent(module + "/" + m.group(1), _ -> new BitSet());
        int number = Integer.parseInt(m.group(2));
        boolean fresh = !seen.get(number);
        seen.set(number);
        return fresh;
    }

    private synchronized String position() {
        return position;
    }

    /** Different messages that have arrived. */
    synchronized long total() {
        return total;
    }

    /** Different messages of one run of a module. */
    synchronized long of(String module, String run) {
        return numbers.getOrDefault(module + "/" + run, new BitSet()).cardinality();
    }

    synchronized long repeats() {
        return repeats;
    }

    synchronized List<String> last() {
        return List.copyOf(last);
    }
}

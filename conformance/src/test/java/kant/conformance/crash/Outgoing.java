package kant.conformance.crash;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import kant.conformance.harness.SasIdentity;
import kant.testkit.history.History;
import kant.testkit.history.Stream;

/** What one sender has to send: always more, until it is told to finish. For its sender's thread but for {@link #finish}. */
final class Outgoing {
    private static final String PADDING = " ".repeat(4096);

    private final Manner manner;
    private final SplittableRandom random;
    private final Map<String, Stream> streams;
    private final Queue<Letter> again = new ArrayDeque<>();
    private final List<Letter> underWay = new ArrayList<>();
    private volatile boolean finishing;

    /** What a sender does with messages whose outcome a broken connection has left open. */
    enum Manner {
        /** As SDKs do. */
        SENDS_AGAIN,
        /** They may arrive or not. */
        FORGETS
    }

    /**
     * A message.
     *
     * @param to what its route asks for
     */
    record Letter(Stream stream, int number, String priority, String to, int bytes) {
        byte[] payload() {
            String text = stream.name() + " " + number + " ";
            return (text + PADDING.substring(0, Math.max(0, bytes - text.length())))
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        }
    }

    /** Urgent messages go to both endpoints, the others, which are most, to the reader only. */
    Outgoing(SasIdentity sender, Manner manner, History history, SplittableRandom random) {
        this.manner = manner;
        this.random = random;
        List<String> both = List.of(Site.UPSTREAM, Site.INPUT);
        streams = Map.of(
                "0", history.stream(sender.clientId() + ":0", both),
                "5", history.stream(sender.clientId() + ":5", both),
                "9", history.stream(sender.clientId() + ":9", List.of(Site.INPUT)));
    }

    /** No new messages; what is under way and has to go out again still does. */
    void finish() {
        finishing = true;
    }

    boolean done() {
        return finishing && again.isEmpty() && underWay.isEmpty();
    }

    boolean hasMore() {
        return !finishing || !again.isEmpty();
    }

    int underWay() {
        return underWay.size();
    }

    /** The next message, which is about to be sent. */
    Letter next() {
        Letter letter = again.poll();
        if (letter == null) {
            letter = fresh();
        } else {
            letter.stream.again(letter.number);
        }
        underWay.add(letter);
        return letter;
    }

    private Letter fresh() {
        String priority = random.nextInt(10) < 7 ? "9" : random.nextBoolean() ? "0" : "5";
        Stream stream = streams.get(priority);
        int bytes = random.nextInt(8) == 0 ? random.nextInt(PADDING.length()) : random.nextInt(400);
        return new Letter(stream, stream.next(), priority, priority.equals("9") ? "in" : "both", bytes);
    }

    void acknowledged(Letter letter) {
        letter.stream.acknowledged(letter.number);
        underWay.remove(letter);
    }

    /** Told no: it is still ours to send. */
    void refused(Letter letter) {
        letter.stream.refused(letter.number);
        underWay.remove(letter);
        again.add(letter);
    }

    /** The connection has ended; nobody knows about what was under way. */
    void broken() {
        if (manner == Manner.SENDS_AGAIN) {
            List<Letter> later = new ArrayList<>(again);
            again.clear();
            again.addAll(underWay);
            again.addAll(later);
        }
        underWay.clear();
    }

    /** Reads what {@link Letter#payload} wrote. */
    static void arrived(History history, String endpoint, byte[] payload, long atMillis) {
        String[] parts = new String(payload, java.nio.charset.StandardCharsets.US_ASCII).split(" ", 3);
        history.arrived(endpoint, parts[0], Integer.parseInt(parts[1]), atMillis);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%d under way, %d again", underWay.size(), again.size());
    }
}

package kant.conformance.network;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import kant.testkit.history.Stream;

/**
 * A numbered message: its properties say all that a reader has to know.
 *
 * @param stream name of its stream, which begins with the play it belongs to
 * @param kind which route takes it
 * @param sentAt by {@link System#nanoTime}, for readers in this process
 */
record Note(String stream, int number, Kind kind, long sentAt) {
    static final byte[] PAYLOAD = "{\"text\":\"%s\"}".formatted("x".repeat(200)).getBytes(StandardCharsets.UTF_8);

    private static final char PLAY_END = '/';

    /** Where a message goes. */
    enum Kind {
        /** Upstream, before all others. */
        HOT,
        /** Upstream. */
        COLD,
        /** To another module. */
        LOCAL
    }

    /** The next message of a stream. */
    static Note next(Stream stream, Kind kind) {
        return new Note(stream.name(), stream.next(), kind, System.nanoTime());
    }

    /** As an arrived message tells it. */
    static Note of(Map<String, String> properties) {
        return new Note(
                properties.get("stream"),
                Integer.parseInt(properties.get("n")),
                Kind.valueOf(properties.get("kind")),
                Long.parseLong(properties.get("at")));
    }

    static boolean isIn(JsonNode properties) {
        return properties.has("stream");
    }

    static Note of(JsonNode properties) {
        Map<String, String> texts = new LinkedHashMap<>();
        properties
                .fieldNames()
                .forEachRemaining(name -> texts.put(name, properties.path(name).asText()));
        return of(texts);
    }

    static String streamName(String play, String sender, Kind kind) {
        return play + PLAY_END + sender + PLAY_END + kind;
    }

    /** The play that its stream belongs to. */
    String play() {
        return stream.substring(0, stream.indexOf(PLAY_END));
    }

    Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("stream", stream);
        properties.put("n", Integer.toString(number));
        properties.put("kind", kind.toString());
        properties.put("at", Long.toString(sentAt));
        return properties;
    }

    /** The property bag of an MQTT topic. */
    String bag() {
        return properties().entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue().replace("/", "%2F"))
                .collect(Collectors.joining("&"));
    }
}

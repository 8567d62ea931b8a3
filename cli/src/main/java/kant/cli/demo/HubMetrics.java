package kant.cli.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the Edge Hub's Prometheus page says, for the live view and the closing balance. */
final class HubMetrics {
    private static final Pattern SAMPLE = Pattern.compile("^([a-zA-Z_]+)(?:\\{(.*)\\})? ([0-9.eE+-]+)$");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final URI page;

    HubMetrics(String address, int port) {
        page = URI.create("http://" + address + ":" + port + "/metrics");
    }

    /**
     * One look at the page.
     *
     * @param linkUp whether the parent is reached
     * @param accepted messages by route
     * @param fates by endpoint, then accepted, delivered, expired, dropped, pending
     */
    record Look(boolean serves, boolean linkUp, Map<String, Long> accepted, Map<String, Map<String, Long>> fates) {
        static final Look NONE = new Look(false, false, Map.of(), Map.of());

        /** Messages that wait at any endpoint. */
        long pending() {
            return fates.values().stream()
                    .mapToLong(f -> f.getOrDefault("pending", 0L))
                    .sum();
        }
    }

    /** Reads the page; a hub that does not answer is {@link Look#NONE}. */
    Look look() throws InterruptedException {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(2)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() == 200 ? parse(answer.body()) : Look.NONE;
        } catch (IOException _) {
            return Look.NONE; // not up yet, or on its way down: the next look tells
        }
    }

    static Look parse(String text) {
        boolean up = false;
        Map<String, Long> accepted = new TreeMap<>();
        Map<String, Map<String, Long>> fates = new TreeMap<>();
        for (String line : text.lines().toList()) {
            Matcher m = SAMPLE.matcher(line);
            if (!m.matches()) {
                continue;
            }
            Map<String, String> labels = labels(m.group(2));
            long value = (long) Double.parseDouble(m.group(3));
            switch (m.group(1)) {
                case "kant_link_state" -> up |= "up".equals(labels.get("state")) && value == 1;
                case "kant_route_messages_total" -> accepted.merge(labels.getOrDefault("route", ""), value, Long::sum);
                case "kant_endpoint_messages" ->
                    fates.computeIfAbsent(labels.getOrDefault("endpoint", ""), _ -> new TreeMap<>())
                            .merge(labels.getOrDefault("fate", ""), value, Long::sum);
                default -> {
                    // edgeHub's other metrics are for other readers
                }
            }
        }
        return new Look(true, up, accepted, fates);
    }

    private static Map<String, String> labels(@org.jspecify.annotations.Nullable String text) {
        Map<String, String> labels = new TreeMap<>();
        if (text != null) {
            Matcher m = LABEL.matcher(text);
            while (m.find()) {
                labels.put(m.group(1), m.group(2));
            }
        }
        return labels;
    }
}

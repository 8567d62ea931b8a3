package kant.bench.broker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.function.Predicate;

/** What the Edge Hub says about itself on its metrics port. */
public final class HubMetrics {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final String BOOKS = "kant_endpoint_messages{";

    private final HttpRequest request;

    HubMetrics(String address, int port) {
        request = HttpRequest.newBuilder(URI.create("http://" + address + ":" + port + "/metrics"))
                .timeout(LIMIT)
                .build();
    }

    /** A hub that has just started tells its clients to come again until it has its configuration; a bench's clients come only once. */
    void awaitConfiguration() throws IOException, InterruptedException {
        // The hub has books of its routes' endpoints as soon as these are in force.
        await("a configuration of the hub", LIMIT, text -> text.contains(BOOKS));
    }

    /** Messages of an endpoint with this fate, by its books: accepted, delivered, pending … */
    public long messages(String endpoint, String fate) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return messages(text(http), endpoint, fate);
        }
    }

    /** Returns as soon as an endpoint has delivered so many. */
    public void awaitDelivered(String endpoint, long count, Duration limit) throws IOException, InterruptedException {
        await(count + " delivered to " + endpoint, limit, text -> messages(text, endpoint, "delivered") >= count);
    }

    private void await(String what, Duration limit, Predicate<String> reached)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!reached.test(text(http))) {
                if (System.nanoTime() > end) {
                    throw new IOException("waited " + limit.toSeconds() + " s for " + what);
                }
                Thread.sleep(LOOK); // the page tells nothing by itself: it can only be looked at again
            }
        }
    }

    private String text(HttpClient http) throws IOException, InterruptedException {
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    private static long messages(String text, String endpoint, String fate) {
        return text.lines()
                .filter(line -> line.startsWith(BOOKS)
                        && line.contains("endpoint=\"" + endpoint + "\"")
                        && line.contains("fate=\"" + fate + "\""))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}

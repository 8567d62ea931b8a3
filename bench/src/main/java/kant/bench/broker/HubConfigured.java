package kant.bench.broker;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A hub that has just started tells its clients to come again until it has its configuration; a bench's clients come only once. */
final class HubConfigured {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(50);

    /** The hub has books of its routes' endpoints as soon as these are in force. */
    private static final String SIGN = "kant_endpoint_messages{";

    private HubConfigured() {}

    static void await(String address, int metricsPort) throws IOException, InterruptedException {
        HttpRequest metrics = HttpRequest.newBuilder(URI.create("http://" + address + ":" + metricsPort + "/metrics"))
                .timeout(LIMIT)
                .build();
        long end = System.nanoTime() + LIMIT.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (!http.send(metrics, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .contains(SIGN)) {
                if (System.nanoTime() > end) {
                    throw new IOException("the hub got no configuration within " + LIMIT.toSeconds() + " s");
                }
                Thread.sleep(LOOK);
            }
        }
    }
}

package kant.edgehub;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kant.edgehub.fake.Await;
import kant.edgehub.fake.FakeScope;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the metrics page says of messages adds up in each answer, also in the middle of it all. */
@Timeout(120)
class BooksTest {
    private static final Pattern FATE =
            Pattern.compile("kant_endpoint_messages\\{endpoint=\"([^\"]+)\",fate=\"([^\"]+)\"} (\\d+)");
    private static final Pattern REASON =
            Pattern.compile("kant_endpoint_dropped_total\\{endpoint=\"([^\"]+)\",reason=\"([^\"]+)\"} (\\d+)");

    /** Up to the parent, to a module that is away and may lose its oldest, and to one that is away with a short ttl. */
    private static final String ROUTES = """
            {"schemaVersion":"1.1","routes":{
              "up":"FROM /messages/* INTO $upstream",
              "away":{"route":"FROM /messages/* INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")",
                      "whenFull":"dropOldest"},
              "brief":{"route":"FROM /messages/* INTO BrokeredEndpoint(\\"/modules/filter/inputs/brief\\")",
                       "whenFull":"dropOldest","timeToLiveSecs":1}},
             "storeAndForwardConfiguration":{"timeToLiveSecs":7200}}""";

    private static final int SENDERS = 2;
    private static final int EACH = 500;
    private static final String PAYLOAD = "x".repeat(8 << 10);

    @TempDir
    private Path directory;

    @Test
    void every_scrape_under_load_adds_up_exactly_for_each_endpoint() throws Exception {
        try (var fixture = new ProgramFixture(directory);
                var parent = fixture.parent(scope(), ROUTES);
                var program = fixture.start(parent, Map.of("KANT_STORE_MAX_BYTES", Integer.toString(8 << 20)));
                HttpClient http = HttpClient.newHttpClient()) {
            Await.until("the configuration is in force", () -> parent.reports
                    .getOrDefault(HubFixture.HUB, List.of())
                    .toString()
                    .contains("\"code\":200"));
            var senders = new CompletableFuture<?>[SENDERS];
            for (int i = 0; i < SENDERS; i++) {
                String sender = "edge/sensor" + i;
                senders[i] = CompletableFuture.runAsync(() -> send(fixture, program, sender), fixture.tasks);
            }
            CompletableFuture<Void> sent = CompletableFuture.allOf(senders);
            int scrapes = 0;
            while (!sent.isDone()) {
                balanced(scrape(http, program));
                scrapes++;
            }
            sent.join();

            assertThat(scrapes).isGreaterThan(20);
            Await.until("all went up and all of the brief ones are gone", () -> settled(http, program));
            Map<String, Map<String, Long>> end = balanced(scrape(http, program));
            assertThat(end.get("edge/filter/in").get("dropped")).isPositive();
            assertThat(end.get("edge/filter/in").get("pending")).isPositive();
            assertThat(end.get("edge/filter/brief").get("accepted")).isEqualTo(SENDERS * EACH);
        }
    }

    private static boolean settled(HttpClient http, EdgeHubProgram program) {
        Map<String, Map<String, Long>> books = balanced(scrape(http, program));
        return books.get("iothub").get("delivered") == SENDERS * EACH
                && books.get("edge/filter/brief").get("pending") == 0;
    }

    /** By endpoint and fate. */
    private static Map<String, Map<String, Long>> balanced(String page) {
        Map<String, Map<String, Long>> books = read(FATE, page);
        Map<String, Map<String, Long>> reasons = read(REASON, page);
        books.forEach((endpoint, fates) -> {
            assertThat(fates.get("accepted"))
                    .as("accepted by %s of %s", endpoint, fates)
                    .isEqualTo(fates.get("delivered")
                            + fates.get("expired")
                            + fates.get("dropped")
                            + fates.get("pending"));
            assertThat(fates.get("dropped"))
                    .as("dropped by %s", endpoint)
                    .isEqualTo(reasons.getOrDefault(endpoint, Map.of()).values().stream()
                            .mapToLong(Long::longValue)
                            .sum());
        });
        return books;
    }

    private static Map<String, Map<String, Long>> read(Pattern sample, String page) {
        Map<String, Map<String, Long>> read = new HashMap<>();
        for (Matcher m = sample.matcher(page); m.find(); ) {
            read.computeIfAbsent(m.group(1), _ -> new HashMap<>()).put(m.group(2), Long.parseLong(m.group(3)));
        }
        return read;
    }

    private static String scrape(HttpClient http, EdgeHubProgram program) {
        URI page = URI.create("http://127.0.0.1:" + program.metricsPort() + "/metrics");
        return http.sendAsync(HttpRequest.newBuilder(page).build(), HttpResponse.BodyHandlers.ofString())
                .join()
                .body();
    }

    private static void send(ProgramFixture fixture, EdgeHubProgram program, String sender) {
        try (TestClient client =
                fixture.mqttClient(program, IdentityId.parse(sender)).connect()) {
            for (int i = 0; i < EACH; i++) {
                client.send("", PAYLOAD);
            }
        } catch (Exception e) {
            throw new IllegalStateException(sender + " could not send", e);
        }
    }

    private static FakeScope scope() {
        FakeScope scope = HubFixture.scope();
        for (int i = 0; i < SENDERS; i++) {
            scope.register(IdentityId.module("edge", "sensor" + i));
        }
        return scope;
    }
}

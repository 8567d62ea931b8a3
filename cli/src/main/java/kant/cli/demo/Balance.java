package kant.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import kant.cli.host.CliException;
import kant.cli.hub.ServiceClient;

/**
 * The closing comparison: what each module says was acknowledged to it, against what its receiver has. The senders are asked
 * to pause first, then everything on its way is waited for.
 */
final class Balance {
    private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(20);
    private static final int CALL_SECONDS = 15;

    private final ServiceClient service;
    private final HubMetrics metrics;
    private final Arrivals arrivals;
    private final View view;

    Balance(ServiceClient service, HubMetrics metrics, Arrivals arrivals, View view) {
        this.service = service;
        this.metrics = metrics;
        this.arrivals = arrivals;
        this.view = view;
    }

    private record Books(Route sensorToFilter, Route filterToUpstream, Route metricsToUpstream) {
        boolean even() {
            return sensorToFilter.even() && filterToUpstream.even() && metricsToUpstream.even();
        }
    }

    private record Route(String name, long acknowledged, long delivered) {
        boolean even() {
            return acknowledged == delivered;
        }
    }

    /** Whether every acknowledged message arrived; says so by route. */
    boolean compare() throws CliException, InterruptedException {
        ask(DemoManifest.SENSOR, "pause");
        ask(DemoManifest.METRICS, "pause");
        long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
        Books books = read();
        while ((!books.even() || metrics.look().pending() > 0) && System.nanoTime() < deadline) {
            Thread.sleep(LOOK_EVERY);
            books = read();
        }
        say(books.sensorToFilter);
        say(books.filterToUpstream);
        say(books.metricsToUpstream);
        view.say(
                books.even()
                        ? "every acknowledged message arrived (" + arrivals.repeats() + " repeats upstream)"
                        : "acknowledged messages are missing");
        return books.even();
    }

    private void say(Route route) {
        view.say("route " + route.name + ": accepted " + route.acknowledged + ", delivered " + route.delivered);
    }

    private Books read() throws CliException, InterruptedException {
        JsonNode sensor = ask(DemoManifest.SENSOR, "counts");
        JsonNode filter = ask(DemoManifest.FILTER, "counts");
        JsonNode host = ask(DemoManifest.METRICS, "counts");
        return new Books(
                new Route(
                        "sensorToFilter",
                        sensor.path("acknowledged").asLong(),
                        filter.path("received").asLong()),
                upstream("filterToUpstream", DemoManifest.FILTER, filter),
                upstream("metricsToUpstream", DemoManifest.METRICS, host));
    }

    private Route upstream(String route, String module, JsonNode counts) {
        return new Route(
                route,
                counts.path("acknowledged").asLong(),
                arrivals.of(module, counts.path("run").asText()));
    }

    /** Calls a module's method, again for a while where it is not answered: a module may still be connecting. */
    private JsonNode ask(String module, String method) throws CliException, InterruptedException {
        long deadline = System.nanoTime() + CONNECT_LIMIT.toNanos();
        while (true) {
            try {
                JsonNode answer = service.method(Demo.DEVICE, module, method, null, CALL_SECONDS);
                if (answer.path("status").asInt() != 200) {
                    throw new CliException("module " + module + " answers " + method + " with " + answer);
                }
                return answer.path("payload");
            } catch (CliException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(LOOK_EVERY);
            }
        }
    }
}

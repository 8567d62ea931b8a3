package kant.edgehub.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import kant.edgehub.config.HubIdentity;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.protocol.prometheus.CounterFamily;
import kant.protocol.prometheus.PrometheusText;
import kant.protocol.prometheus.SummaryFamily;
import kant.store.EndpointCounts;
import kant.store.QueueLength;
import kant.store.StoreStats;
import kant.store.segment.Durability;
import kant.upstream.LinkState;

/**
 * {@code GET /metrics}: the original's names and labels (routing-and-store.md §10), and ours under {@code kant_}.
 */
public final class MetricsPage implements HttpHandler {
    private final HubIdentity identity;
    private final String instance;
    private final Counters counters;
    private final Supplier<StoreStats> store;
    private final Supplier<List<QueueLength>> queues;
    private final Supplier<LinkState> link;
    private final IntSupplier clients;

    /** @param instance tells one run of this hub from another */
    public MetricsPage(
            HubIdentity identity,
            String instance,
            Counters counters,
            Supplier<StoreStats> store,
            Supplier<List<QueueLength>> queues,
            Supplier<LinkState> link,
            IntSupplier clients) {
        this.identity = identity;
        this.instance = instance;
        this.counters = counters;
        this.store = store;
        this.queues = queues;
        this.link = link;
        this.clients = clients;
    }

    @Override
    public HttpAnswer handle(HttpCall call) {
        if (!call.path().equals(List.of("metrics"))) {
            return HttpAnswer.text(404, "not found; the page is /metrics\n");
        }
        return call.method().equals("GET")
                ? HttpAnswer.text(200, text()).with("content-type", "text/plain; version=0.0.4; charset=utf-8")
                : HttpAnswer.text(405, "only GET is served here\n");
    }

    /** The page as it is now. */
    String text() {
        Map<String, String> base = new TreeMap<>();
        base.put("iothub", identity.iotHub());
        base.put("edge_device", identity.deviceId());
        base.put("instance_number", instance);
        var text = new PrometheusText(base);
        StoreStats stats = store.get();
        counters(text, stats);
        gauges(text);
        endpoints(text, stats);
        state(text, stats);
        return text.toString();
    }

    private void counters(PrometheusText text, StoreStats stats) {
        for (CounterFamily family : counters.counters()) {
            text.type(family.name(), "counter");
            family.forEach((labels, count) -> text.original(family.name(), count, telemetry(labels)));
            if (family == counters.dropped()) {
                expired(text, family.name(), stats);
            }
        }
        for (SummaryFamily family : counters.summaries()) {
            text.type(family.name(), "summary");
            family.forEach((labels, count, sum) -> {
                text.original(family.name() + "_sum", sum, telemetry(labels));
                text.original(family.name() + "_count", count, telemetry(labels));
            });
        }
        CounterFamily routes = counters.routes();
        text.type(routes.name(), "counter");
        routes.forEach((labels, count) -> text.kant(routes.name(), count, labels));
    }

    /** The store knows how many have expired, not whose they were. */
    private static void expired(PrometheusText text, String name, StoreStats stats) {
        long expired = stats.endpoints().values().stream()
                .mapToLong(EndpointCounts::expired)
                .sum();
        text.original(
                name, expired, telemetry(new String[] {"reason", "ttl_expiry", "from", "", "from_route_output", ""}));
    }

    private static String[] telemetry(String[] labels) {
        String[] more = Arrays.copyOf(labels, labels.length + 2);
        more[labels.length] = "ms_telemetry";
        more[labels.length + 1] = "True";
        return more;
    }

    private void gauges(PrometheusText text) {
        text.type("edgehub_connected_clients", "gauge");
        text.original("edgehub_connected_clients", clients.getAsInt());
        text.type("edgehub_queue_length", "gauge");
        queues.get()
                .forEach(queue -> text.original(
                        "edgehub_queue_length",
                        queue.length(),
                        "endpoint",
                        queue.endpoint(),
                        "priority",
                        Long.toString(queue.priority()),
                        "ms_telemetry",
                        "True"));
    }

    private static void endpoints(PrometheusText text, StoreStats stats) {
        Map<String, EndpointCounts> sorted = new TreeMap<>(stats.endpoints());
        text.type("kant_endpoint_messages", "gauge");
        sorted.forEach((endpoint, counts) -> {
            fate(text, endpoint, "accepted", counts.accepted());
            fate(text, endpoint, "delivered", counts.delivered());
            fate(text, endpoint, "expired", counts.expired());
            fate(text, endpoint, "dropped", counts.droppedTotal());
            fate(text, endpoint, "pending", counts.pending());
        });
        text.type("kant_endpoint_dropped_total", "counter");
        sorted.forEach((endpoint, counts) -> counts.dropped()
                .forEach((reason, n) ->
                        text.kant("kant_endpoint_dropped_total", n, "endpoint", endpoint, "reason", reason)));
    }

    private static void fate(PrometheusText text, String endpoint, String fate, long n) {
        text.kant("kant_endpoint_messages", n, "endpoint", endpoint, "fate", fate);
    }

    private void state(PrometheusText text, StoreStats stats) {
        text.type("kant_link_state", "gauge");
        LinkState now = link.get();
        for (LinkState state : LinkState.values()) {
            text.kant("kant_link_state", state == now ? 1 : 0, "state", lower(state));
        }
        text.type("kant_store_bytes", "gauge");
        text.kant("kant_store_bytes", stats.bytes());
        text.type("kant_store_max_bytes", "gauge");
        text.kant("kant_store_max_bytes", stats.maxBytes());
        text.type("kant_store_failed", "gauge");
        text.kant("kant_store_failed", stats.failure() == null ? 0 : 1);
        text.type("kant_store_damage_total", "counter");
        text.kant("kant_store_damage_total", stats.damage());
        text.type("kant_durability", "gauge");
        for (Durability durability : Durability.values()) {
            text.kant("kant_durability", durability == stats.durability() ? 1 : 0, "mode", lower(durability));
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}

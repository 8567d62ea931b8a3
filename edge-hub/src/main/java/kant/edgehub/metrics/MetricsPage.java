package kant.edgehub.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import kant.edgehub.config.HubIdentity;
import kant.model.identity.IdentityId;
import kant.model.message.Target;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpHandler;
import kant.store.EndpointCounts;
import kant.store.StoreStats;
import kant.store.segment.Durability;
import kant.upstream.LinkState;

/**
 * {@code GET /metrics}: the original's names and labels where they are easy and true (routing-and-store.md §10), and ours
 * under {@code kant_}.
 */
public final class MetricsPage implements HttpHandler {
    private final HubIdentity identity;
    private final String instance;
    private final Counters counters;
    private final Supplier<StoreStats> store;
    private final Supplier<LinkState> link;
    private final IntSupplier clients;

    /** @param instance tells one run of this hub from another */
    public MetricsPage(
            HubIdentity identity,
            String instance,
            Counters counters,
            Supplier<StoreStats> store,
            Supplier<LinkState> link,
            IntSupplier clients) {
        this.identity = identity;
        this.instance = instance;
        this.counters = counters;
        this.store = store;
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
        messages(text);
        clients(text);
        endpoints(text, stats);
        state(text, stats);
        return text.toString();
    }

    private void messages(PrometheusText text) {
        text.type("edgehub_messages_received_total", "counter");
        counters.received.forEach((sender, n) -> text.edgeHub(
                "edgehub_messages_received_total",
                n.sum(),
                "route_output",
                sender.output(),
                "id",
                sender.id().text(),
                "ms_telemetry",
                "True"));
        text.type("edgehub_messages_sent_total", "counter");
        counters.sent.forEach((sent, n) -> sent(text, sent, n));
        text.type("edgehub_messages_dropped_total", "counter");
        counters.unrouted.forEach(
                (sender, n) -> bySender(text, "edgehub_messages_dropped_total", "no_route", sender, n));
        text.type("edgehub_messages_unack_total", "counter");
        counters.unacknowledged.forEach(
                (sender, n) -> bySender(text, "edgehub_messages_unack_total", "storage_failure", sender, n));
        text.type("kant_route_messages_total", "counter");
        counters.routes.forEach((route, n) -> text.kant("kant_route_messages_total", n.sum(), "route", route));
    }

    private static void sent(PrometheusText text, Counters.Sent sent, LongAdder n) {
        boolean upstream = sent.endpoint().equals(Target.UPSTREAM);
        int slash = sent.endpoint().lastIndexOf('/');
        text.edgeHub(
                "edgehub_messages_sent_total",
                n.sum(),
                "from",
                sent.from().id().text(),
                "to",
                upstream ? "upstream" : sent.endpoint().substring(0, slash),
                "from_route_output",
                sent.from().output(),
                "to_route_input",
                upstream ? "" : sent.endpoint().substring(slash + 1),
                "priority",
                Long.toString(sent.priority()),
                "ms_telemetry",
                "True");
    }

    private static void bySender(PrometheusText text, String name, String reason, Counters.Sender sender, LongAdder n) {
        text.edgeHub(
                name,
                n.sum(),
                "reason",
                reason,
                "from",
                sender.id().text(),
                "from_route_output",
                sender.output(),
                "ms_telemetry",
                "True");
    }

    private void clients(PrometheusText text) {
        text.type("edgehub_connected_clients", "gauge");
        text.edgeHub("edgehub_connected_clients", clients.getAsInt());
        text.type("edgehub_client_connect_success_total", "counter");
        counters.connects.forEach((id, n) -> byId(text, "edgehub_client_connect_success_total", id, n));
        text.type("edgehub_client_disconnect_total", "counter");
        counters.disconnects.forEach((id, n) -> byId(text, "edgehub_client_disconnect_total", id, n));
        text.type("edgehub_client_connect_failed_total", "counter");
        text.edgeHub(
                "edgehub_client_connect_failed_total", counters.connectFailures.sum(), "reason", "not_authenticated");
    }

    private static void byId(PrometheusText text, String name, IdentityId id, LongAdder n) {
        text.edgeHub(name, n.sum(), "id", id.text());
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

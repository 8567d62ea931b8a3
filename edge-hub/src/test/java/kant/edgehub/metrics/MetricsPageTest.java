package kant.edgehub.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.edgehub.config.HubIdentity;
import kant.edgehub.fake.ManualWorld;
import kant.edgehub.outbox.Fate;
import kant.edgehub.parent.LinkWatch;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.message.Target;
import kant.protocol.http.HttpCall;
import kant.routing.Match;
import kant.store.EndpointCounts;
import kant.store.Entry;
import kant.store.QueueLength;
import kant.store.StoreStats;
import kant.store.segment.Durability;
import kant.upstream.LinkState;
import kant.world.Time;
import org.junit.jupiter.api.Test;

class MetricsPageTest {
    private static final IdentityId SENSOR = IdentityId.module("edge", "sensor");

    private final Counters counters = new Counters(Time.system());
    private final MetricsPage page = new MetricsPage(
            new HubIdentity(IdentityId.module("edge", "$edgeHub"), "", "hub.kant.test", "edge.local"),
            "i1",
            counters,
            () -> new StoreStats(
                    1000,
                    5000,
                    Durability.FSYNC,
                    null,
                    0,
                    Map.of("iothub", new EndpointCounts(10, 5, 1, Map.of("rejected", 2L), 2))),
            () -> List.of(new QueueLength("iothub", 3, 2)),
            () -> LinkState.UP,
            () -> 3,
            new MetricsPage.LinkFigures(upSince(), () -> 1234, _ -> Optional.of(Duration.ofSeconds(90))));

    private static LinkWatch upSince() {
        var watch = new LinkWatch(
                new LinkWatch.Queue() {
                    @Override
                    public long pending() {
                        return 2;
                    }

                    @Override
                    public Optional<Duration> oldest() {
                        return Optional.of(Duration.ofSeconds(90));
                    }
                },
                new ManualWorld());
        watch.changed(LinkState.UP);
        return watch;
    }

    @Test
    void what_clients_send_and_where_it_goes_is_counted() {
        var message = new Message(SENSOR, Map.of(SystemProperties.OUTPUT_NAME, "out"), Map.of(), new byte[1]);
        counters.received(message, 7);
        counters.received(message, 7);
        counters.accepted(List.of(new Match("a \"route\"", new Target("iothub", 3, -1))));
        counters.unrouted(message);
        counters.settled("iothub", new Entry(1, 3, 0, message), Fate.DELIVERED);
        counters.settled("edge/filter/in", new Entry(1, 3, 0, message), Fate.DELIVERED);
        counters.settled("iothub", new Entry(1, 3, 0, message), new Fate.Retry("x"));

        String base = "edge_device=\"edge\",instance_number=\"i1\",iothub=\"hub.kant.test\",";
        assertThat(page.text().lines())
                .contains(
                        "edgehub_messages_received_total{" + base
                                + "route_output=\"out\",id=\"edge/sensor\",ms_telemetry=\"True\"} 2",
                        "edgehub_messages_sent_total{" + base
                                + "from=\"edge/sensor\",to=\"upstream\",from_route_output=\"out\",to_route_input=\"\",priority=\"3\",ms_telemetry=\"True\"} 1",
                        "edgehub_messages_sent_total{" + base
                                + "from=\"edge/sensor\",to=\"edge/filter\",from_route_output=\"out\",to_route_input=\"in\",priority=\"3\",ms_telemetry=\"True\"} 1",
                        "edgehub_messages_dropped_total{" + base
                                + "reason=\"no_route\",from=\"edge/sensor\",from_route_output=\"out\",ms_telemetry=\"True\"} 1",
                        "kant_route_messages_total{route=\"a \\\"route\\\"\"} 1");
    }

    @Test
    void the_books_the_link_and_the_store_are_shown() {
        assertThat(page.text().lines())
                .contains(
                        "kant_endpoint_messages{endpoint=\"iothub\",fate=\"accepted\"} 10",
                        "kant_endpoint_messages{endpoint=\"iothub\",fate=\"dropped\"} 2",
                        "kant_endpoint_dropped_total{endpoint=\"iothub\",reason=\"rejected\"} 2",
                        "kant_endpoint_messages{endpoint=\"iothub\",fate=\"pending\"} 2",
                        "kant_link_state{state=\"up\"} 1",
                        "kant_link_state{state=\"down\"} 0",
                        "kant_link_up 1",
                        "kant_link_since_seconds 0",
                        "kant_link_transitions_total 1",
                        "kant_link_sent_bytes_total 1234",
                        "kant_queue_oldest_seconds{endpoint=\"iothub\"} 90",
                        "kant_store_bytes 1000",
                        "kant_store_max_bytes 5000",
                        "kant_store_info{durability=\"fsync\"} 1");
        assertThat(page.text()).contains("edgehub_connected_clients{").doesNotContain("null");
    }

    @Test
    void summaries_have_quantiles_beside_their_sum_and_count() {
        var message = new Message(SENSOR, Map.of(), Map.of(), new byte[1]);
        for (int i = 0; i < 99; i++) {
            counters.received(message, 7);
        }
        counters.received(message, 15);

        String sizes =
                "edgehub_message_size_bytes%s{edge_device=\"edge\",instance_number=\"i1\",iothub=\"hub.kant.test\","
                        + "id=\"edge/sensor\",%sms_telemetry=\"True\"} %s";
        assertThat(page.text().lines())
                .contains(
                        sizes.formatted("", "quantile=\"0.1\",", "7.0"),
                        sizes.formatted("", "quantile=\"0.5\",", "7.0"),
                        sizes.formatted("", "quantile=\"0.9\",", "7.0"),
                        sizes.formatted("", "quantile=\"0.99\",", "7.0"),
                        sizes.formatted("_count", "", "100"),
                        sizes.formatted("_sum", "", "708.0"));
    }

    @Test
    void names_that_clients_choose_do_not_make_the_page_grow_without_end() {
        for (int i = 0; i < 11_000; i++) {
            counters.received(
                    new Message(SENSOR, Map.of(SystemProperties.OUTPUT_NAME, "out" + i), Map.of(), new byte[0]), 0);
        }

        assertThat(page.text().lines().filter(line -> line.startsWith("edgehub_messages_received_total")))
                .hasSizeLessThanOrEqualTo(10_001);
    }

    @Test
    void only_the_page_is_served() {
        assertThat(page.handle(call("GET", "metrics")).status()).isEqualTo(200);
        assertThat(page.handle(call("POST", "metrics")).status()).isEqualTo(405);
        assertThat(page.handle(call("GET", "secrets")).status()).isEqualTo(404);
    }

    private static HttpCall call(String method, String path) {
        return new HttpCall(
                method,
                List.of(path),
                "/" + path,
                Map.of(),
                Map.of(),
                new byte[0],
                List.of(),
                new InetSocketAddress("127.0.0.1", 1));
    }
}

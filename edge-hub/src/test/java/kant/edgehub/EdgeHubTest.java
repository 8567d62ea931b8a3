package kant.edgehub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import kant.edgehub.fake.Await;
import kant.edgehub.fake.FakeLink;
import kant.edgehub.fake.FakeScope;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The whole hub in one process, over real sockets: its head, store and routing, and a parent that the test plays. */
@Timeout(120)
class EdgeHubTest {
    private static final IdentityId SENSOR = IdentityId.module("edge", "sensor");
    private static final IdentityId FILTER = IdentityId.module("edge", "filter");
    private static final String INPUT = "edge/filter/in";
    private static final String UPSTREAM = "iothub";

    @TempDir
    private Path directory;

    @Test
    void a_message_goes_through_a_route_to_a_module_with_its_true_sender() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter").connect().listening()) {
            sensor.send("%24.on=out&%24.cmid=liar&k=v%20w", "{\"t\":1}");

            TestClient.Got got = filter.next();
            assertThat(got.topic()).startsWith("devices/edge/modules/filter/inputs/in/%24.");
            assertThat(got.topic()).contains("%24.cdid=edge", "%24.cmid=sensor", "k=v%20w");
            assertThat(got.text()).isEqualTo("{\"t\":1}");
            Await.until("it is settled", () -> hub.counts(INPUT).delivered() == 1);
            assertThat(hub.counts(INPUT).balanced()).isTrue();
        }
    }

    @Test
    void a_condition_decides_what_goes_to_the_parent_and_the_rest_is_acknowledged() throws Exception {
        try (var hub = HubFixture.online(directory);
                var filter = hub.client("edge/filter").connect()) {
            filter.send("level=cold", "1");
            filter.send("level=hot", "2");

            Await.until("the parent has it", () -> hub.counts(UPSTREAM).delivered() == 1);
            Message up = hub.link.identity(FILTER).sent.getFirst();
            assertThat(text(up)).isEqualTo("2");
            assertThat(up.sender()).isEqualTo(FILTER);
            assertThat(up.systemProperties())
                    .containsEntry(SystemProperties.CONNECTION_MODULE_ID, "filter")
                    .containsEntry(SystemProperties.ORIGIN, "internal")
                    .containsKeys(SystemProperties.EDGE_MESSAGE_ID, SystemProperties.ENQUEUED_TIME);
        }
    }

    @Test
    void an_acknowledgement_comes_only_after_the_sync() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect()) {
            hub.gate.shut();
            IMqttDeliveryToken token = sensor.sending("%24.on=out", "x");
            hub.gate.awaitSync();
            assertThat(token.isComplete()).isFalse();

            hub.gate.open();
            token.waitForCompletion(15_000);
        }
    }

    @Test
    void a_wrong_key_is_connack_5_and_a_clients_end() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client(SENSOR, FakeScope.key(FILTER, "primary"))) {
            assertThatThrownBy(sensor::connect)
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            e -> assertThat(e.getReasonCode()).isEqualTo(5));
        }
    }

    @Test
    void before_the_first_configuration_clients_are_told_to_try_again() throws Exception {
        try (var hub = new HubFixture(directory, HubFixture.scope(), Map.of()).start();
                var early = hub.client("edge/sensor")) {
            assertThatThrownBy(early::connect)
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            e -> assertThat(e.getReasonCode()).isEqualTo(3));

            hub.parentUp(HubFixture.ROUTES, 1);
            try (var late = hub.client("edge/sensor").connect()) {
                assertThat(late.connected()).isTrue();
            }
        }
    }

    @Test
    void a_second_connection_takes_over_and_goes_on() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect();
                var first = hub.client("edge/filter").connect().listening();
                var second = hub.client("edge/filter").connect().listening()) {
            assertThat(first.lost.get(15, TimeUnit.SECONDS)).isNotNull();

            sensor.send("%24.on=out", "x");
            assertThat(second.next().text()).isEqualTo("x");
            assertThat(first.got).isEmpty();
        }
    }

    @Test
    void everything_acknowledged_offline_arrives_in_order_after_a_restart() throws Exception {
        FakeScope scope;
        try (var hub = HubFixture.online(directory)) {
            scope = hub.scope;
            hub.link.down();
            scope.reachable = false;
            try (var filter = hub.client("edge/filter").connect()) {
                for (int i = 0; i < 100; i++) {
                    filter.send("level=hot", Integer.toString(i));
                }
            }
        }
        try (var hub = new HubFixture(directory, scope, Map.of()).start()) {
            try (var filter = hub.client("edge/filter").connect()) {
                for (int i = 100; i < 200; i++) {
                    filter.send("level=hot", Integer.toString(i));
                }
            }
            assertThat(hub.counts(UPSTREAM).pending()).isEqualTo(200);

            scope.reachable = true;
            hub.parentUp(HubFixture.ROUTES, 1);
            Await.until("all have arrived", () -> hub.counts(UPSTREAM).delivered() == 200);

            assertThat(hub.link.identity(FILTER).sent)
                    .extracting(EdgeHubTest::text)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 200).mapToObj(Integer::toString).toList());
            assertThat(hub.counts(UPSTREAM).balanced()).isTrue();
        }
    }

    @Test
    void what_the_parent_had_not_acknowledged_when_the_link_broke_is_sent_again() throws Exception {
        try (var hub = HubFixture.online(directory);
                var filter = hub.client("edge/filter").connect()) {
            filter.send("level=hot", "0");
            Await.until("the first is through", () -> hub.counts(UPSTREAM).delivered() == 1);
            FakeLink.Identity upstream = hub.link.identity(FILTER);
            upstream.taking = false;
            filter.send("level=hot", "1");
            filter.send("level=hot", "2");
            Await.until("both are under way", () -> upstream.sent.size() == 3);

            hub.link.down();
            Await.until("the loss is noticed", () -> hub.counts(UPSTREAM).pending() == 2);
            hub.link.up();

            Await.until("both are delivered", () -> hub.counts(UPSTREAM).delivered() == 3);
            assertThat(upstream.sent).extracting(EdgeHubTest::text).containsExactly("0", "1", "2", "1", "2");
        }
    }

    @Test
    void a_module_that_is_away_gets_its_messages_when_it_returns() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect()) {
            try (var filter = hub.client("edge/filter").connect().listening()) {
                assertThat(filter.connected()).isTrue();
            }
            for (int i = 0; i < 20; i++) {
                sensor.send("%24.on=out", Integer.toString(i));
            }
            assertThat(hub.counts(INPUT).pending()).isEqualTo(20);

            try (var filter = hub.client("edge/filter").connect()) {
                for (int i = 0; i < 20; i++) {
                    assertThat(filter.next().text())
                            .as("without a new SUBSCRIBE")
                            .isEqualTo(Integer.toString(i));
                }
            }
        }
    }

    @Test
    void a_module_that_never_acknowledges_costs_no_more_than_its_window_and_hinders_nobody() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter")
                        .acknowledgingByHand()
                        .connect()
                        .listening()) {
            for (int i = 0; i < 300; i++) {
                sensor.send("%24.on=out", Integer.toString(i));
            }
            TestClient.Got first = filter.next();
            Await.until("its window is full", () -> filter.got.size() == 99);
            assertThat(hub.counts(INPUT).pending()).isEqualTo(300);

            filter.acknowledge(first);
            Await.until("one place is free for one more", () -> filter.got.size() == 100);
            assertThat(hub.counts(INPUT).delivered()).isEqualTo(1);
        }
    }

    @Test
    void an_input_message_that_is_not_acknowledged_in_time_is_sent_again_in_order() throws Exception {
        try (var hub = HubFixture.online(directory, Map.of("MessageAckTimeoutSecs", "1"));
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter")
                        .acknowledgingByHand()
                        .connect()
                        .listening()) {
            sensor.send("%24.on=out", "a");
            sensor.send("%24.on=out", "b");
            filter.next();
            filter.next();

            TestClient.Got a = filter.next();
            TestClient.Got b = filter.next();
            assertThat(List.of(a.text(), b.text())).containsExactly("a", "b");
            filter.acknowledge(a);
            filter.acknowledge(b);
            Await.until("both are settled", () -> hub.counts(INPUT).pending() == 0);
        }
    }

    @Test
    void a_full_store_refuses_and_takes_again_when_there_is_room() throws Exception {
        try (var hub = HubFixture.online(directory, Map.of("KANT_STORE_MAX_BYTES", "1048576"))) {
            hub.link.down();
            try (var filter = hub.client("edge/filter").connect()) {
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 100; i++) {
                                filter.send("level=hot", "x".repeat(50_000));
                            }
                        })
                        .isInstanceOf(MqttException.class);
            }
            long accepted = hub.counts(UPSTREAM).accepted();
            assertThat(accepted).isPositive();

            hub.link.up();
            Await.until(
                    "what was acknowledged is delivered",
                    () -> hub.counts(UPSTREAM).delivered() == accepted);
            try (var filter = hub.client("edge/filter").connect()) {
                filter.send("level=hot", "again");
            }
            assertThat(hub.counts(UPSTREAM).balanced()).isTrue();
        }
    }

    @Test
    void a_message_beyond_the_limit_is_not_taken() throws Exception {
        try (var hub = HubFixture.online(directory);
                var filter = hub.client("edge/filter").connect()) {
            assertThatThrownBy(() -> filter.send("level=hot", "x".repeat(Message.MAX_BYTES)))
                    .isInstanceOf(MqttException.class);
            assertThat(hub.counts(UPSTREAM).accepted()).isZero();
        }
    }

    @Test
    void a_bad_configuration_is_reported_and_the_routes_stay() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter").connect().listening()) {
            String bad = "{\"routes\":{\"toFilter\":\"FROM /messages/* INTO $nowhere\"}}";
            hub.link.identity(HubFixture.HUB).listener().desired(patch(bad, 2));
            Await.until(
                    "it is reported", () -> hub.reported("lastDesiredStatus").contains("400"));
            assertThat(hub.reported("lastDesiredStatus"))
                    .contains("Error while parsing desired properties - ", "toFilter", "nowhere");

            sensor.send("%24.on=out", "x");
            assertThat(filter.next().text()).isEqualTo("x");
        }
    }

    @Test
    void new_routes_come_into_force_and_what_waits_is_still_delivered() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect()) {
            sensor.send("%24.on=out", "old");
            String change =
                    "{\"routes\":{\"toFilter\":null,\"up\":\"FROM /messages/modules/sensor/* INTO $upstream\"}}";
            hub.link.identity(HubFixture.HUB).listener().desired(patch(change, 2));
            Await.until(
                    "it is reported", () -> hub.reported("lastDesiredVersion").contains("2"));

            sensor.send("%24.on=out", "new");
            Await.until("the new route works", () -> hub.counts(UPSTREAM).delivered() == 1);
            try (var filter = hub.client("edge/filter").connect().listening()) {
                assertThat(filter.next().text()).isEqualTo("old");
            }
        }
    }

    @Test
    void a_disabled_identity_is_cut_at_the_next_refresh() throws Exception {
        try (var hub = HubFixture.online(directory);
                var leaf = hub.client("leaf").connect()) {
            hub.scope.put(IdentityId.device("leaf"), false, FakeScope.key(IdentityId.device("leaf"), "primary"), "");

            hub.refreshScope();

            assertThat(leaf.lost.get(15, TimeUnit.SECONDS)).isNotNull();
        }
    }

    @Test
    void a_client_over_the_limit_is_refused_and_the_others_go_on() throws Exception {
        try (var hub = HubFixture.online(directory, Map.of("MaxConnectedClients", "2"));
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter").connect().listening();
                var leaf = hub.client("leaf")) {
            assertThatThrownBy(leaf::connect)
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            e -> assertThat(e.getReasonCode()).isEqualTo(3));
            sensor.send("%24.on=out", "x");
            assertThat(filter.next().text()).isEqualTo("x");
        }
    }

    @Test
    void twins_are_read_and_reported_with_no_parent_in_sight() throws Exception {
        try (var hub = HubFixture.online(directory);
                var filter = hub.client("edge/filter").connect()) {
            filter.subscribe("$iothub/twin/res/#");
            hub.link.easy = false;
            filter.publish("$iothub/twin/GET/?$rid=0", "");
            Await.until("the module is attached", () -> hub.link.attached(FILTER));
            FakeLink.Identity upstream = hub.link.identity(FILTER);
            upstream.twin = HubFixture.twin("{\"threshold\":25}", 3);
            upstream.goUp();
            assertThat(filter.next().text()).contains("\"threshold\":25");

            hub.link.down();
            filter.publish("$iothub/twin/PATCH/properties/reported/?$rid=1", "{\"mode\":\"auto\"}");
            assertThat(filter.next().topic()).startsWith("$iothub/twin/res/204/?$rid=1");
            filter.publish("$iothub/twin/GET/?$rid=2", "");
            assertThat(filter.next().text()).contains("\"threshold\":25", "\"mode\":\"auto\"");

            hub.link.up();
            Await.until("the report goes up", () -> !upstream.reports.isEmpty());
            assertThat(upstream.reports.getFirst().toString()).isEqualTo("{\"mode\":\"auto\"}");
        }
    }

    @Test
    void desired_changes_methods_and_cloud_messages_reach_their_client() throws Exception {
        try (var hub = HubFixture.online(directory);
                var leaf = hub.client("leaf").connect()) {
            leaf.subscribe("$iothub/twin/PATCH/properties/desired/#");
            leaf.subscribe("$iothub/methods/POST/#");
            leaf.subscribe("devices/leaf/messages/devicebound/#");
            FakeLink.Identity upstream = hub.link.identity(IdentityId.device("leaf"));
            assertThat(upstream.subscribed).contains(Feature.DESIRED, Feature.METHODS, Feature.CLOUD_TO_DEVICE);

            upstream.twin = HubFixture.twin("{\"a\":1}", 1);
            upstream.listener().desired(patch("{\"a\":1}", 1));
            assertThat(leaf.next().text()).contains("\"a\":1", "\"$version\":1");

            upstream.listener()
                    .invoke(new MethodCall("7", "ping", "1".getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(10)));
            String topic = leaf.next().topic();
            assertThat(topic).startsWith("$iothub/methods/POST/ping/?$rid=");
            leaf.publish("$iothub/methods/res/207/?$rid=" + topic.substring(topic.indexOf('=') + 1), "{\"ok\":true}");
            Await.until("the answer is back", () -> upstream.methodResults.containsKey("7"));
            assertThat(upstream.methodResults.get("7").status()).isEqualTo(207);

            var message = new Message(
                    IdentityId.device("leaf"), Map.of(), Map.of("k", "v"), "c2d".getBytes(StandardCharsets.UTF_8));
            upstream.listener().deliver(new Delivery(42, Feature.CLOUD_TO_DEVICE, null, message, 0));
            assertThat(leaf.next().text()).isEqualTo("c2d");
            Await.until("its settlement goes back", () -> upstream.settled.get(42L) == Settlement.ACCEPTED);
        }
    }

    @Test
    void a_method_of_an_absent_client_is_404() throws Exception {
        try (var hub = HubFixture.online(directory);
                var leaf = hub.client("leaf").connect()) {
            leaf.subscribe("$iothub/methods/POST/#");
            FakeLink.Identity upstream = hub.link.identity(IdentityId.device("leaf"));
            leaf.close();
            Await.until("the parent is told", () -> !upstream.subscribed.contains(Feature.METHODS));

            upstream.listener().invoke(new MethodCall("7", "ping", new byte[0], Duration.ofSeconds(10)));

            Await.until("it is answered", () -> upstream.methodResults.containsKey("7"));
            assertThat(upstream.methodResults.get("7").status()).isEqualTo(404);
        }
    }

    @Test
    void who_comes_and_goes_is_reported() throws Exception {
        try (var hub = HubFixture.online(directory)) {
            try (var sensor = hub.client("edge/sensor").connect()) {
                assertThat(sensor.connected()).isTrue();
            }
            Await.until("both are reported", () -> hub.reported("clients").contains("Disconnected"));
            assertThat(hub.reported("clients")).contains("edge/sensor");
        }
    }

    private static TwinPatch patch(String json, long version) throws Exception {
        TwinProperties twin = HubFixture.twin(json, version);
        return new TwinPatch(twin.desired(), version);
    }

    private static String text(Message message) {
        return new String(message.payload(), StandardCharsets.UTF_8);
    }
}

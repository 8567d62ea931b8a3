package kant.edgehub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import kant.edgehub.HubDoors.Door;
import kant.edgehub.auth.Place;
import kant.edgehub.auth.Proof;
import kant.edgehub.auth.ScopeIdentity;
import kant.edgehub.fake.Await;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.GatedTasks;
import kant.edgehub.fake.Heard;
import kant.edgehub.fake.ScriptedParent;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.protocol.tls.Issued;
import kant.upstream.TokenSource;
import kant.world.Time;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The program behind each of its doors, against a parent on real sockets. */
@Timeout(120)
class DoorsTest {
    private static final IdentityId LEAF = ProgramFixture.LEAF;
    private static final IdentityId FILTER = IdentityId.module("edge", "filter");
    private static final IdentityId SENSOR = IdentityId.module("edge", "sensor");
    private static final String ROUTES =
            "{\"schemaVersion\":\"1.1\",\"routes\":{\"up\":\"FROM /messages/* INTO $upstream\"},"
                    + "\"storeAndForwardConfiguration\":{\"timeToLiveSecs\":7200}}";
    private static final String API = "?api-version=2020-09-30";

    @TempDir
    private Path directory;

    private final FakeScope scope = HubFixture.scope();
    private ProgramFixture fixture;
    private ScriptedParent parent;

    @BeforeEach
    void open() throws Exception {
        fixture = new ProgramFixture(directory);
        parent = fixture.parent(scope, ROUTES);
    }

    @AfterEach
    void close() {
        parent.close();
        fixture.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Amqp", "Mqtt"})
    void a_leafs_message_over_amqp_goes_up_over_either_link_in_its_name(String upstream) throws Exception {
        try (var hub = configured(Map.of("UpstreamProtocol", upstream));
                var client = fixture.amqpClient(hub)) {
            var leaf =
                    client.attach(LEAF, TokenSource.ofKey(FakeScope.key(LEAF, "primary"), Time.system()), new Heard());
            Await.until("the leaf is let in", leaf::up);

            leaf.send(message("hello")).toCompletableFuture().get(20, TimeUnit.SECONDS);

            Await.until("the parent has it", () -> !parent.messages.isEmpty());
            assertThat(parent.messages.getFirst().sender()).isEqualTo(LEAF);
            assertThat(new String(parent.messages.getFirst().payload(), StandardCharsets.UTF_8))
                    .isEqualTo("hello");
        }
    }

    @Test
    void a_cloud_to_device_message_over_amqp_comes_again_where_it_is_given_back() throws Exception {
        try (var hub = configured(Map.of());
                var client = fixture.amqpClient(hub)) {
            var heard = new Heard();
            var leaf = client.attach(LEAF, TokenSource.ofKey(FakeScope.key(LEAF, "primary"), Time.system()), heard);
            leaf.subscribe(Feature.CLOUD_TO_DEVICE);
            Await.until("the parent is asked", () -> parent.listens(LEAF, Feature.CLOUD_TO_DEVICE));

            parent.deliver(LEAF, "one");
            var first = heard.delivery();
            leaf.settle(first.id(), Settlement.RELEASED);
            var again = heard.delivery();
            leaf.settle(again.id(), Settlement.REJECTED);

            assertThat(first.message().systemProperties()).containsEntry("sequenceNumber", "7");
            assertThat(first.deliveryCount()).isZero();
            assertThat(again.deliveryCount()).isEqualTo(1);
            Await.until("both are told", () -> parent.settlements.size() == 2);
            assertThat(parent.settlements).containsExactly(Settlement.RELEASED, Settlement.REJECTED);
        }
    }

    @Test
    void telemetry_over_https_is_taken_single_and_in_batches() throws Exception {
        try (var hub = configured(Map.of())) {
            String path = "/devices/leaf/messages/events" + API;
            HttpResponse<String> single = fixture.request(hub, "POST", path, "one", LEAF, "iothub-app-k", "v");
            HttpResponse<String> batch = fixture.request(
                    hub,
                    "POST",
                    path,
                    "[{\"body\":\"dHdv\",\"properties\":{\"iothub-app-n\":\"2\"}},{\"body\":\"dGhyZWU=\"}]",
                    LEAF,
                    "Content-Type",
                    "application/vnd.microsoft.iothub.json");

            assertThat(single.statusCode()).as(single.body()).isEqualTo(204);
            assertThat(batch.statusCode()).as(batch.body()).isEqualTo(204);
            Await.until("all have gone up", () -> parent.messages.size() == 3);
            assertThat(parent.messages.stream().map(m -> new String(m.payload(), StandardCharsets.UTF_8)))
                    .containsExactly("one", "two", "three");
            assertThat(parent.messages.getFirst().properties()).containsEntry("k", "v");
        }
    }

    @Test
    void a_message_of_the_cloud_is_fetched_and_completed_over_https() throws Exception {
        try (var hub = configured(Map.of())) {
            String path = "/devices/leaf/messages/devicebound";
            CompletableFuture<HttpResponse<String>> fetched = CompletableFuture.supplyAsync(() -> {
                try {
                    return fixture.request(hub, "GET", path + API, "", LEAF);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            Await.until("the parent is asked", () -> parent.listens(LEAF, Feature.CLOUD_TO_DEVICE));
            parent.deliver(LEAF, "one");
            HttpResponse<String> got = fetched.get(20, TimeUnit.SECONDS);
            if (got.statusCode() == 204) {
                got = fixture.request(hub, "GET", path + API, "", LEAF);
            }
            String lock = got.headers().firstValue("etag").orElseThrow().replace("\"", "");

            assertThat(got.body()).isEqualTo("one");
            assertThat(fixture.request(hub, "DELETE", path + "/" + lock + API, "", LEAF)
                            .statusCode())
                    .isEqualTo(204);
            assertThat(fixture.request(hub, "DELETE", path + "/" + lock + API, "", LEAF)
                            .statusCode())
                    .isEqualTo(412);
            Await.until("the parent is told", () -> parent.settlements.contains(Settlement.ACCEPTED));
        }
    }

    @Test
    void check_79_a_module_calls_a_method_of_its_sibling() throws Exception {
        try (var hub = configured(Map.of());
                var filter = fixture.mqttClient(hub, FILTER).connect()) {
            filter.subscribe("$iothub/methods/POST/#");
            CompletableFuture<HttpResponse<String>> called =
                    CompletableFuture.supplyAsync(() -> invoke(hub, FILTER, 10));
            String topic = filter.next().topic();
            filter.publish("$iothub/methods/res/207/?$rid=" + topic.substring(topic.indexOf("$rid=") + 5), "[1,null]");

            HttpResponse<String> answer = called.get(20, TimeUnit.SECONDS);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"status\":207,\"payload\":[1,null]}");
            HttpResponse<String> absent = invoke(hub, LEAF, 10);
            assertThat(absent.statusCode()).isEqualTo(404);
            assertThat(absent.body()).contains("Client leaf not found");
        }
    }

    @Test
    void check_50_a_target_that_does_not_answer_is_a_504_when_the_callers_time_is_over() throws Exception {
        try (var hub = configured(Map.of());
                var filter = fixture.mqttClient(hub, FILTER).connect()) {
            filter.subscribe("$iothub/methods/POST/#");

            assertThat(invoke(hub, FILTER, 5).statusCode()).isEqualTo(504);
        }
    }

    @Test
    void the_parents_call_carries_any_json_there_and_back() throws Exception {
        try (var hub = configured(Map.of());
                var filter = fixture.mqttClient(hub, FILTER).connect()) {
            filter.subscribe("$iothub/methods/POST/#");
            Await.until("the parent is asked", () -> parent.listens(FILTER, Feature.METHODS));

            CompletableFuture<MethodResult> called = parent.invoke(FILTER, "any", "\"text\"");
            var got = filter.next();
            filter.publish(
                    "$iothub/methods/res/0/?$rid="
                            + got.topic().substring(got.topic().indexOf("$rid=") + 5),
                    "7");

            assertThat(got.text()).isEqualTo("\"text\"");
            MethodResult answer = called.get(20, TimeUnit.SECONDS);
            assertThat(answer.status()).isZero();
            assertThat(new String(answer.payload(), StandardCharsets.UTF_8)).isEqualTo("7");
        }
    }

    @Test
    void check_19_a_leaf_with_a_registered_certificate_comes_in_and_goes_up_on_the_hubs_word() throws Exception {
        Issued own = fixture.authority.issueClient("leaf", Duration.ofHours(1));
        register(LEAF, Proof.thumbprints(thumbprint(own), ""), Place.NONE);
        try (var hub = configured(Map.of())) {
            String path = "/devices/leaf/messages/events" + API;
            HttpResponse<String> taken = fixture.request(hub, "POST", path, "x", null, own);
            HttpResponse<String> other = fixture.request(
                    hub, "POST", path, "x", null, fixture.authority.issueClient("leaf", Duration.ofHours(1)));

            assertThat(taken.statusCode()).as(taken.body()).isEqualTo(204);
            assertThat(other.statusCode()).isEqualTo(401);
            Await.until("it has gone up", () -> parent.messages.size() == 1);
            assertThat(parent.chains).containsEntry(LEAF, List.of(LEAF, IdentityId.device("edge")));
        }
    }

    @Test
    void check_20_a_leaf_with_a_certificate_of_the_trust_bundle_comes_in_where_it_is_named() throws Exception {
        register(LEAF, Proof.authority(), Place.NONE);
        try (var hub = configured(Map.of())) {
            String path = "/devices/leaf/messages/events" + API;

            assertThat(fixture.request(
                                    hub,
                                    "POST",
                                    path,
                                    "x",
                                    null,
                                    fixture.authority.issueClient("leaf", Duration.ofHours(1)))
                            .statusCode())
                    .isEqualTo(204);
            assertThat(fixture.request(
                                    hub,
                                    "POST",
                                    path,
                                    "x",
                                    null,
                                    fixture.authority.issueClient("x", Duration.ofHours(1)))
                            .statusCode())
                    .isEqualTo(401);
        }
    }

    @ParameterizedTest
    @EnumSource(Door.class)
    void a_new_certificate_is_shown_to_who_comes_and_nobody_is_cut_off(Door door) throws Exception {
        var hubTasks = new GatedTasks(fixture.tasks, "certificate renewal");
        try (var hub = fixture.start(parent, Map.of(), hubTasks);
                var before = handshaken(hub, door)) {
            X509Certificate first = shown(before);

            hubTasks.run();

            try (var after = handshaken(hub, door)) {
                assertThat(shown(after).getSerialNumber()).isNotEqualTo(first.getSerialNumber());
            }
            before.setSoTimeout(300);
            assertThatThrownBy(() -> before.getInputStream().read())
                    .as("still open, and nothing to say")
                    .isInstanceOf(java.net.SocketTimeoutException.class);
        }
    }

    @Test
    void metrics_and_status_are_served_at_443_too_and_say_what_happened() throws Exception {
        try (var hub = configured(Map.of())) {
            assertThat(fixture.request(hub, "POST", "/devices/leaf/messages/events" + API, "x", LEAF)
                            .statusCode())
                    .isEqualTo(204);

            assertThat(fixture.request(hub, "GET", "/kant/link", "", null).body())
                    .startsWith("{\"state\":\"");
            assertThat(fixture.request(hub, "GET", "/kant/status", "", null).body())
                    .contains("\"upstream\":{\"state\":\"")
                    .contains("\"store\":{\"durability\":\"fsync\",\"bytes\":")
                    .contains("\"damage\":0,\"failure\":null}");
            assertThat(fixture.request(hub, "GET", "/metrics", "", null).body())
                    .contains("edgehub_messages_received_total")
                    .contains("edgehub_message_size_bytes_sum")
                    .contains("edgehub_queue_length");
        }
    }

    @Test
    void a_privileged_port_that_cannot_be_had_is_not_fatal_unless_it_was_the_last() throws Exception {
        try (var taken = privileged()) {
            Map<String, String> settings = Map.of("httpSettings__port", Integer.toString(taken.getLocalPort()));
            try (var hub = fixture.start(parent, settings)) {
                assertThat(hub.port(Door.HTTPS)).isZero();
                assertThat(hub.port(Door.MQTT)).isPositive();
            }
            Map<String, String> alone = new java.util.HashMap<>(settings);
            alone.put("mqttSettings__enabled", "false");
            alone.put("amqpSettings__enabled", "false");
            assertThatThrownBy(() -> fixture.start(parent, alone)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void check_23_one_client_too_many_is_refused_whatever_door_it_comes_by() throws Exception {
        try (var hub = configured(Map.of("MaxConnectedClients", "1"));
                var client = fixture.amqpClient(hub);
                var filter = fixture.mqttClient(hub, FILTER)) {
            var leaf =
                    client.attach(LEAF, TokenSource.ofKey(FakeScope.key(LEAF, "primary"), Time.system()), new Heard());
            Await.until("the leaf is let in", leaf::up);

            assertThatThrownBy(filter::connect)
                    .isInstanceOfSatisfying(
                            MqttException.class,
                            e -> assertThat(e.getReasonCode()).isEqualTo(3));
            leaf.send(message("still here")).toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    @Test
    void check_24_a_device_that_is_disabled_is_cut_off_over_amqp_too() throws Exception {
        try (var hub = configured(Map.of());
                var client = fixture.amqpClient(hub)) {
            var leaf =
                    client.attach(LEAF, TokenSource.ofKey(FakeScope.key(LEAF, "primary"), Time.system()), new Heard());
            Await.until("the leaf is let in", leaf::up);
            scope.put(LEAF, false, FakeScope.key(LEAF, "primary"), "");

            HttpResponse<String> refreshed = fixture.request(
                    hub,
                    "POST",
                    "/twins/edge/modules/%24edgeHub/methods" + API,
                    "{\"methodName\":\"RefreshDeviceScopeIdentityCache\",\"payload\":{\"deviceIds\":[\"leaf\"]}}",
                    SENSOR,
                    "x-ms-edge-moduleId",
                    "edge/sensor");

            assertThat(refreshed.body()).contains("\"status\":200");
            Await.until("the leaf is cut off", () -> !leaf.up());
        }
    }

    private EdgeHubProgram configured(Map<String, String> settings) throws Exception {
        EdgeHubProgram hub = fixture.start(parent, settings);
        Await.until(
                "the hub is configured",
                () -> parent.reports
                        .getOrDefault(HubFixture.HUB, List.of())
                        .toString()
                        .contains("\"code\":200"));
        return hub;
    }

    private HttpResponse<String> invoke(EdgeHubProgram hub, IdentityId target, int seconds) {
        try {
            String module = target.moduleId() == null ? "" : "/modules/" + target.moduleId();
            return fixture.request(
                    hub,
                    "POST",
                    "/twins/" + target.deviceId() + module + "/methods" + API,
                    "{\"methodName\":\"ping\",\"payload\":{\"a\":1},\"responseTimeoutInSeconds\":" + seconds + "}",
                    SENSOR,
                    "x-ms-edge-moduleId",
                    "edge/sensor");
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private SSLSocket handshaken(EdgeHubProgram hub, Door door) throws Exception {
        var socket = (SSLSocket) fixture.context(null).getSocketFactory().createSocket("localhost", hub.port(door));
        socket.startHandshake();
        return socket;
    }

    private static X509Certificate shown(SSLSocket socket) throws IOException {
        return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }

    private void register(IdentityId id, Proof proof, Place place) {
        scope.put(new ScopeIdentity(id, "g1", true, proof, place));
    }

    private static String thumbprint(Issued issued) throws Exception {
        byte[] der = issued.chain().getFirst().getEncoded();
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(der));
    }

    private static Message message(String text) {
        return new Message(LEAF, Map.of(), Map.of(), text.getBytes(StandardCharsets.UTF_8));
    }

    /** A port below 1024 that nobody else can have: taken, or not for this user at all. */
    private static ServerSocket privileged() throws IOException {
        for (int port = 1023; port > 600; port--) {
            try {
                return new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"));
            } catch (IOException _) {
                // the next one
            }
        }
        throw new IOException("no port below 1024 can be taken; run this as root");
    }
}

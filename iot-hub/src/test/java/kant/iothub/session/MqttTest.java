package kant.iothub.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kant.iothub.fixture.MqttPeer;
import kant.iothub.fixture.MqttPeer.Arrived;
import kant.iothub.fixture.RunningHub;
import kant.iothub.fixture.RunningHub.Answer;
import kant.model.identity.IdentityId;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.world.Randomness;
import kant.world.Time;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices and modules over MQTT, on Paho. */
class MqttTest {
    private static final IdentityId DEVICE = IdentityId.device("d");
    private static final IdentityId MODULE = IdentityId.module("d", "m");
    private static final int NOT_AUTHORISED = 5;

    @TempDir
    private Path directory;

    private RunningHub hub;
    private String key;
    private String moduleKey;

    @BeforeEach
    void start() throws Exception {
        hub = new RunningHub(directory);
        key = hub.create("/devices/d", "{}");
        moduleKey = hub.create("/devices/d/modules/m", "{}");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void telemetry_is_in_the_log_with_what_the_hub_says_of_it() throws Exception {
        try (var module = MqttPeer.connect(hub, MODULE, moduleKey)) {
            module.publish(
                    "devices/d/modules/m/messages/events/%24.ct=application%2Fjson&%24.ce=utf-8&%24.mid=id1&"
                            + "%24.on=out&kant-message-id=e1&level=high",
                    "{'temperature':21.5}");
        }

        JsonNode events = telemetry("-1", 0).path("events");

        assertThat(events).hasSize(1);
        JsonNode event = events.get(0);
        assertThat(event.path("deviceId").asText()).isEqualTo("d");
        assertThat(event.path("moduleId").asText()).isEqualTo("m");
        assertThat(event.path("body").toString()).isEqualTo("{\"temperature\":21.5}");
        assertThat(event.path("properties").toString()).isEqualTo("{\"level\":\"high\"}");
        JsonNode system = event.path("systemProperties");
        assertThat(system.path("messageId").asText()).isEqualTo("id1");
        assertThat(system.path("outputName").asText()).isEqualTo("out");
        assertThat(system.path("edgeMessageId").asText()).isEqualTo("e1");
        assertThat(system.path("connectionDeviceId").asText()).isEqualTo("d");
        assertThat(system.path("connectionModuleId").asText()).isEqualTo("m");
        assertThat(system.path("iothub-connection-auth-method").asText()).contains("\"scope\":\"module\"");
    }

    @Test
    void what_was_acknowledged_is_there_after_a_restart_and_a_follower_goes_on_where_it_was() throws Exception {
        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.publish("devices/d/messages/events/", "first");
        }
        long next = telemetry("-1", 0).path("next").asLong();
        hub.close();
        hub = new RunningHub(directory);

        var follower = CompletableFuture.supplyAsync(() -> telemetry(Long.toString(next), 30));
        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.publish("devices/d/messages/events/", "second");
        }

        JsonNode events = follower.get(20, TimeUnit.SECONDS).path("events");
        assertThat(events).hasSize(1);
        assertThat(events.get(0).path("bodyBase64").asText())
                .isEqualTo(Base64.getEncoder().encodeToString("second".getBytes()));
        assertThat(telemetry("-1", 0).path("events")).hasSize(2);
        assertThat(telemetry("latest", 0).path("events")).isEmpty();
    }

    @Test
    void a_twin_is_read_reported_and_pushed() throws Exception {
        hub.call("PATCH", "/twins/d", "{'properties':{'desired':{'interval':5}}}");
        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.subscribe("$iothub/twin/res/#");
            device.subscribe("$iothub/twin/PATCH/properties/desired/#");

            device.publish("$iothub/twin/GET/?$rid=1", "");
            assertThat(device.next())
                    .isEqualTo(new Arrived(
                            "$iothub/twin/res/200/?$rid=1",
                            "{\"desired\":{\"interval\":5,\"$version\":2},\"reported\":{\"$version\":1}}"));

            device.publish("$iothub/twin/PATCH/properties/reported/?$rid=2", "{'interval':5,'gone':null}");
            assertThat(device.next()).isEqualTo(new Arrived("$iothub/twin/res/204/?$rid=2&$version=2", ""));

            device.publish("$iothub/twin/PATCH/properties/reported/?$rid=3", "{'a.b':1}");
            assertThat(device.next().topic()).isEqualTo("$iothub/twin/res/400/?$rid=3");

            hub.call("PATCH", "/twins/d", "{'properties':{'desired':{'interval':null,'mode':'slow'}}}");
            assertThat(device.next())
                    .isEqualTo(new Arrived(
                            "$iothub/twin/PATCH/properties/desired/?$version=3",
                            "{\"interval\":null,\"mode\":\"slow\",\"$version\":3}"));
            assertThat(device.isQuiet()).isTrue();
        }
        Answer twin = hub.call("GET", "/twins/d", null);
        assertThat(twin.json().at("/properties/reported/interval").asInt()).isEqualTo(5);
        untilDisconnected();
    }

    @Test
    void a_method_is_called_and_its_answer_comes_back_as_it_is() throws Exception {
        try (var module = MqttPeer.connect(hub, MODULE, moduleKey)) {
            module.subscribe("$iothub/methods/POST/#");

            var answer = call("/twins/d/modules/m/methods", """
                    {"methodName":"reboot","responseTimeoutInSeconds":7,"connectTimeoutInSeconds":3,"payload":{"d":1}}""");
            Arrived request = module.next();
            String rid = request.topic().substring(request.topic().indexOf("$rid="));
            module.publish("$iothub/methods/res/207/?" + rid, "{'done':[1,2]}");

            assertThat(request.topic()).startsWith("$iothub/methods/POST/reboot/?$rid=");
            assertThat(request.payload()).isEqualTo("{\"d\":1}");
            assertThat(answer.get(20, TimeUnit.SECONDS).json().toString())
                    .isEqualTo("{\"status\":207,\"payload\":{\"done\":[1,2]}}");
        }
    }

    @Test
    void a_method_waits_for_a_client_that_is_not_there_yet() throws Exception {
        var answer = call("/twins/d/methods", "{'methodName':'m','connectTimeoutInSeconds':20}");

        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.subscribe("$iothub/methods/POST/#");
            String topic = device.next().topic();
            device.publish("$iothub/methods/res/200/?" + topic.substring(topic.indexOf("$rid=")), "");

            assertThat(answer.get(20, TimeUnit.SECONDS).json().toString())
                    .isEqualTo("{\"status\":200,\"payload\":null}");
        }
    }

    @Test
    void a_method_nobody_takes_or_answers_is_refused_as_iot_hub_does() throws Exception {
        Answer absent = hub.call("POST", "/twins/d/methods", "{'methodName':'m','connectTimeoutInSeconds':1}");
        Answer unknown = hub.call("POST", "/twins/nobody/methods", "{'methodName':'m'}");
        Answer silent;
        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.subscribe("$iothub/methods/POST/#");
            silent = hub.call("POST", "/twins/d/methods", "{'methodName':'m','responseTimeoutInSeconds':5}");
        }

        assertThat(absent.status()).isEqualTo(404);
        assertThat(absent.header("iothub-errorcode")).isEqualTo("DeviceNotOnline");
        assertThat(absent.nested().path("errorCode").asInt()).isEqualTo(404103);
        assertThat(absent.nested().at("/info/timeout").asText()).isEqualTo("00:00:01");
        assertThat(unknown.header("iothub-errorcode")).isEqualTo("DeviceNotFound");
        assertThat(silent.status()).isEqualTo(504);
        assertThat(silent.nested().path("errorCode").asInt()).isEqualTo(504101);
    }

    @Test
    void a_sibling_calls_a_method_and_a_stranger_does_not() throws Exception {
        String token = RunningHub.token(MODULE, moduleKey);
        hub.create("/devices/other", "{}");
        String body = "{'methodName':'m'}";

        Answer absent = hub.callAs(token, "POST", "/twins/d/methods", body, "x-ms-edge-moduleId", "d/m");
        Answer nameless = hub.callAs(token, "POST", "/twins/d/methods", body);
        Answer stranger = hub.callAs(token, "POST", "/twins/other/methods", body, "x-ms-edge-moduleId", "d/m");

        assertThat(absent.header("iothub-errorcode")).isEqualTo("DeviceNotOnline");
        assertThat(absent.nested().path("errorCode").asInt()).isEqualTo(404103);
        assertThat(nameless.status()).isEqualTo(400);
        assertThat(stranger.status()).isEqualTo(401);
    }

    @Test
    void who_does_not_prove_itself_is_not_let_in() throws Exception {
        hub.create("/devices/off", "{'status':'disabled'}");
        String wrong = Base64.getEncoder().encodeToString(new byte[32]);

        assertNotAuthorised(() -> MqttPeer.connect(hub, DEVICE, wrong));
        assertNotAuthorised(() -> MqttPeer.connect(hub, DEVICE, RunningHub.token(MODULE, moduleKey), ""));
        assertNotAuthorised(() -> MqttPeer.connect(hub, MODULE, key));
        assertNotAuthorised(() -> MqttPeer.connect(hub, IdentityId.device("nobody"), key));
        assertNotAuthorised(() -> MqttPeer.connect(hub, IdentityId.device("off"), key));
    }

    @Test
    void the_secondary_key_is_as_good() throws Exception {
        String secondary = hub.call("GET", "/devices/d", null)
                .json()
                .at("/authentication/symmetricKey/secondaryKey")
                .asText();

        try (var _ = MqttPeer.connect(hub, DEVICE, secondary)) {
            assertThat(hub.call("GET", "/devices/d", null)
                            .json()
                            .path("connectionState")
                            .asText())
                    .isEqualTo("Connected");
        }
    }

    @Test
    void a_certificate_is_known_by_its_thumbprint() throws Exception {
        var authority = CertificateAuthority.create("somebody", Duration.ofDays(1), Time.system(), Randomness.secure());
        Issued registered = authority.issueClient("x", Duration.ofDays(1));
        Issued other = authority.issueClient("x", Duration.ofDays(1));
        byte[] thumbprint = MessageDigest.getInstance("SHA-256")
                .digest(registered.chain().getFirst().getEncoded());
        hub.create(
                "/devices/x",
                "{'authentication':{'type':'selfSigned','x509Thumbprint':{'primaryThumbprint':'"
                        + HexFormat.of().formatHex(thumbprint) + "'}}}");
        IdentityId x = IdentityId.device("x");

        try (var device = MqttPeer.connect(hub, x, hub.tls(registered))) {
            device.publish("devices/x/messages/events/", "by certificate");
        }

        assertNotAuthorised(() -> MqttPeer.connect(hub, x, hub.tls(other)));
        assertNotAuthorised(() -> MqttPeer.connect(hub, x, hub.tls()));
        assertNotAuthorised(() -> MqttPeer.connect(hub, DEVICE, hub.tls(registered)));
        assertNotAuthorised(() -> MqttPeer.connect(hub, x, key));
    }

    @Test
    void the_newer_connection_of_an_identity_wins() throws Exception {
        try (var older = MqttPeer.connect(hub, DEVICE, key);
                var newer = MqttPeer.connect(hub, DEVICE, key)) {
            older.awaitLoss();

            newer.publish("devices/d/messages/events/", "still here");

            assertThat(telemetry("-1", 0).path("events")).hasSize(1);
        }
    }

    @Test
    void disabling_a_device_and_removing_a_module_cut_them_off() throws Exception {
        try (var device = MqttPeer.connect(hub, DEVICE, key);
                var module = MqttPeer.connect(hub, MODULE, moduleKey)) {
            hub.call("DELETE", "/devices/d/modules/m", null, "If-Match", "*");
            module.awaitLoss();

            hub.call("PUT", "/devices/d", "{'status':'disabled'}", "If-Match", "*");
            device.awaitLoss();
        }
        assertNotAuthorised(() -> MqttPeer.connect(hub, DEVICE, key));
    }

    @Test
    void a_persistent_client_keeps_its_subscriptions_and_announces_its_model() throws Exception {
        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.subscribe("$iothub/twin/PATCH/properties/desired/#");
        }

        try (var device = MqttPeer.connect(
                hub, DEVICE, RunningHub.token(DEVICE, key), "&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1")) {
            Answer twin = hub.call("PATCH", "/twins/d", "{'properties':{'desired':{'a':1}}}");

            assertThat(device.next().payload()).isEqualTo("{\"a\":1,\"$version\":2}");
            assertThat(twin.json().path("modelId").asText()).isEqualTo("dtmi:com:example:Thermostat;1");
        }
    }

    /** The hub learns of the end of a connection when it reads it from the socket. */
    private void untilDisconnected() throws Exception {
        for (int tries = 0; tries < 100; tries++) {
            JsonNode device = hub.call("GET", "/devices/d", null).json();
            if (device.path("connectionState").asText().equals("Disconnected")) {
                return;
            }
        }
        throw new AssertionError("the device still counts as connected");
    }

    private CompletableFuture<Answer> call(String path, String body) {
        return CompletableFuture.supplyAsync(() -> unchecked(() -> hub.call("POST", path, body)));
    }

    private JsonNode telemetry(String after, int waitSeconds) {
        return unchecked(() -> hub.callRaw(
                        hub.owner(),
                        "GET",
                        "/kant/telemetry?after=" + after + "&max=10&waitSeconds=" + waitSeconds,
                        null)
                .json());
    }

    private static <T> T unchecked(Callable<T> call) {
        try {
            return call.call();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void assertNotAuthorised(ThrowingCallable connect) {
        assertThatThrownBy(connect)
                .isInstanceOfSatisfying(
                        MqttException.class, e -> assertThat(e.getReasonCode()).isEqualTo(NOT_AUTHORISED));
    }
}

package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Waits;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpMessage;
import kant.conformance.wire.Https;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks 76 to 83: the device API over HTTPS, which the Edge Hub serves beyond the original's. File uploads (81) are not served by the
 * stand-in yet. Throttling (429 of 82) has no trigger from outside. An edge below an edge (84) is {@code edge-hub}'s {@code NestedEdgeTest}.
 */
class HttpsTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @EnumSource
    void check_76_telemetry_is_answered_204_and_its_headers_are_properties(Hub hub) throws Exception {
        SasIdentity device = hub.device("c76");
        String id = Hub.fresh("https");

        HttpResponse<String> answer = https(hub)
                .call(
                        "POST",
                        device.path() + "/messages/events",
                        Map.of(
                                "authorization",
                                device.token(),
                                "iothub-messageid",
                                id,
                                "iothub-correlationid",
                                "c 1",
                                "iothub-contenttype",
                                "application/json",
                                "iothub-contentencoding",
                                "utf-8",
                                "iothub-app-alarm",
                                "hi & lo"),
                        "{\"n\":76}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        JsonNode event = Doors.open().telemetry().await(id);
        assertThat(event.path("deviceId").asText()).isEqualTo(device.device());
        assertThat(event.at("/body/n").asInt()).isEqualTo(76);
        assertThat(event.at("/systemProperties/cid").asText()).isEqualTo("c 1");
        assertThat(event.at("/properties/alarm").asText()).isEqualTo("hi & lo");
    }

    @ParameterizedTest
    @EnumSource
    void check_76_a_batch_is_many_messages(Hub hub) throws Exception {
        SasIdentity device = hub.device("c76");
        String id = Hub.fresh("https-batch");
        String two = "[" + entry(id + "-1") + "," + entry(id + "-2") + "]";

        HttpResponse<String> answer = https(hub)
                .call(
                        "POST",
                        device.path() + "/messages/events",
                        Map.of(
                                "authorization",
                                device.token(),
                                "content-type",
                                "application/vnd.microsoft.iothub.json"),
                        two);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        assertThat(Doors.open().telemetry().await(id + "-1").at("/properties/k").asText())
                .isEqualTo("v");
        Doors.open().telemetry().await(id + "-2");
    }

    private static String entry(String id) {
        return "{\"body\":\"%s\",\"properties\":{\"iothub-messageid\":\"%s\",\"iothub-app-k\":\"v\"}}"
                .formatted(Base64.getEncoder().encodeToString("{}".getBytes()), id);
    }

    @ParameterizedTest
    @EnumSource
    void check_77_78_a_message_to_the_device_is_locked_and_settled(Hub hub) throws Exception {
        SasIdentity device = hub.device("c77");
        Https https = https(hub);
        Map<String, String> authorized = Map.of("authorization", device.token());
        String queue = device.path() + "/messages/devicebound";
        assertThat(https.call("GET", queue, authorized, null).statusCode()).isEqualTo(204);
        try (CloudToDevice service = Doors.open().cloudToDevice()) {
            for (String text : new String[] {"first", "second", "third"}) {
                service.send(device.device(), AmqpMessage.data(text).id(text).with("k", "v"));
            }
        }

        HttpResponse<String> first = waiting(https, queue, authorized);
        assertThat(first.body()).isEqualTo("first");
        assertThat(first.headers().firstValue("iothub-messageid")).contains("first");
        assertThat(first.headers().firstValue("iothub-app-k")).contains("v");
        assertThat(first.headers().firstValue("iothub-deliverycount")).isPresent();
        String lock = lock(first);
        assertThat(https.call("POST", queue + "/" + lock + "/abandon", authorized, "\0")
                        .statusCode())
                .isEqualTo(204);
        assertThat(https.call("DELETE", queue + "/" + lock, authorized, null).statusCode())
                .as("a lock that is lost")
                .isEqualTo(412);

        for (String query : new String[] {"", "?reject", "?%3Freject=true"}) {
            HttpResponse<String> next = waiting(https, queue, authorized);
            assertThat(https.call("DELETE", queue + "/" + lock(next) + query, authorized, null)
                            .statusCode())
                    .isEqualTo(204);
        }
        assertThat(https.call("GET", queue, authorized, null).statusCode()).isEqualTo(204);
    }

    /** The next message; the Edge Hub's may still be on its way from the parent. */
    private static HttpResponse<String> waiting(Https https, String queue, Map<String, String> authorized)
            throws Exception {
        var statuses = new TreeMap<Integer, Integer>();
        try {
            return Waits.value("a message in " + queue, SOON, () -> {
                HttpResponse<String> answer = https.call("GET", queue, authorized, null);
                statuses.merge(answer.statusCode(), 1, Integer::sum);
                return answer.statusCode() == 200 ? answer : null;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; requests by status: " + statuses, e);
        }
    }

    private static String lock(HttpResponse<String> answer) {
        return answer.headers().firstValue("etag").orElseThrow().replace("\"", "");
    }

    @ParameterizedTest
    @EnumSource
    void check_79_a_module_calls_a_sibling_and_nobody_else(Hub hub) throws Exception {
        SasIdentity caller = hub.module("c79");
        SasIdentity target = hub.module("c79");
        String path = "/twins/" + target.device() + "/modules/" + target.module() + "/methods";
        String body = "{\"methodName\":\"m\",\"payload\":{\"a\":1},\"responseTimeoutInSeconds\":20,"
                + "\"connectTimeoutInSeconds\":10}";
        Map<String, String> asCaller = Map.of("authorization", caller.token(), "x-ms-edge-moduleId", caller.clientId());
        try (MqttSocket client = hub.mqtt(target)) {
            client.subscribe("$iothub/methods/POST/#");
            var answer = new java.util.concurrent.FutureTask<>(() -> https(hub).call("POST", path, asCaller, body));
            Thread.ofVirtual().start(answer);
            MqttSocket.Received request = client.receive();
            client.publish(
                    0,
                    "$iothub/methods/res/207/?$rid="
                            + request.topic().substring(request.topic().indexOf("$rid=") + 5),
                    request.text());

            HttpResponse<String> came = answer.get(30, java.util.concurrent.TimeUnit.SECONDS);
            assertThat(came.statusCode()).as(came.body()).isEqualTo(200);
            assertThat(JSON.readTree(came.body())).isEqualTo(JSON.readTree("{\"status\":207,\"payload\":{\"a\":1}}"));
        }
        if (hub == Hub.EDGE_HUB) {
            assertThat(https(hub)
                            .call("POST", path, Map.of("authorization", caller.token()), body)
                            .statusCode())
                    .as("without x-ms-edge-moduleId")
                    .isEqualTo(400);
        }
        Map<String, String> foreign =
                Map.of("authorization", caller.token(), "x-ms-edge-moduleId", "elsewhere/" + caller.module());
        assertThat(https(hub).call("POST", path, foreign, body).statusCode())
                .as("a module of another device")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @EnumSource
    void check_80_a_call_beyond_the_limits_is_refused(Hub hub) throws Exception {
        SasIdentity caller = hub.module("c80");
        Map<String, String> asCaller = Map.of("authorization", caller.token(), "x-ms-edge-moduleId", caller.clientId());
        String path = "/twins/" + caller.device() + "/modules/" + caller.module() + "/methods";
        for (String bad : new String[] {
            "{\"methodName\":\"" + "m".repeat(101) + "\",\"payload\":null}",
            "{\"methodName\":\"m\",\"payload\":null,\"responseTimeoutInSeconds\":301}",
            "{\"methodName\":\"m\",\"payload\":null,\"connectTimeoutInSeconds\":301}",
            "{\"methodName\":\"m\",\"payload\":\"" + "x".repeat(128 * 1024 + 1) + "\"}",
            "{\"payload\":null}",
            "not json"
        }) {
            assertThat(https(hub).call("POST", path, asCaller, bad).statusCode())
                    .as(bad.length() > 80 ? bad.substring(0, 80) : bad)
                    .isEqualTo(400);
        }
    }

    @Test
    void check_82_errors_have_a_code_and_a_body() throws Exception {
        SasIdentity device = Hub.STAND_IN.device("c82");
        Https https = https(Hub.STAND_IN);

        HttpResponse<String> unauthorized = https.call(
                "POST", device.path() + "/messages/events", Map.of("authorization", "SharedAccessSignature x"), "{}");
        assertError(unauthorized, 401);
        assertError(
                https.call(
                        "DELETE",
                        device.path() + "/messages/devicebound/none",
                        Map.of("authorization", device.token()),
                        null),
                412);
        SasIdentity nobody = new SasIdentity(device.hub(), "nobody", null, null, device.key());
        assertThat(https.call("POST", nobody.path() + "/messages/events", Map.of("authorization", nobody.token()), "{}")
                        .statusCode())
                .isIn(401, 404);
    }

    private static void assertError(HttpResponse<String> answer, int status) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(JSON.readTree(answer.body()).path("Message").asText()).isNotEmpty();
        assertThat(answer.headers().firstValue("iothub-errorcode")).isPresent();
    }

    @ParameterizedTest
    @EnumSource
    void check_83_the_scope_is_told_to_its_edge_hub_only(Hub hub) throws Exception {
        SasIdentity hubModule = Doors.open().hubModule();
        SasIdentity leaf = Hub.EDGE_HUB.device("c83");
        String path = "/devices/" + Doors.DEVICE + "/modules/$edgeHub/getDeviceAndModuleOnBehalfOf";
        String good = "{\"targetDeviceId\":\"%s\",\"authChain\":\"%s;%s\"}"
                .formatted(leaf.device(), leaf.device(), Doors.DEVICE);
        String bad = "{\"targetDeviceId\":\"%s\",\"authChain\":\"%s\"}".formatted(leaf.device(), leaf.device());
        Map<String, String> asHub = Map.of("authorization", hubModule.token());

        HttpResponse<String> answer = https(hub).call("POST", path, asHub, good);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(JSON.readTree(answer.body()).at("/devices/0/deviceId").asText())
                .isEqualTo(leaf.device());
        assertThat(https(hub).call("POST", path, asHub, bad).statusCode())
                .as("a chain without the actor")
                .isIn(400, 401);
    }

    private static Https https(Hub hub) throws Exception {
        return new Https(hub.hostName(), hub.trust());
    }
}

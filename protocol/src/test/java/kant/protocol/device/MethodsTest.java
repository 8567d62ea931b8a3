package kant.protocol.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.twin.MethodResult;
import kant.protocol.tls.Pem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Modules that call methods over HTTPS (device-protocols.md §4.3, checks 79 and 80). */
@Timeout(60)
class MethodsTest {
    private static final String CALLER = "x-ms-edge-moduleId";
    private static final String SIBLING = "/twins/edge1/modules/mod2/methods?api-version=2018-06-30";

    private DeviceFixture edge;

    @BeforeEach
    void start() throws Exception {
        edge = DeviceFixture.edgeHub();
    }

    @AfterEach
    void stop() {
        edge.close();
    }

    @Test
    void check_79_a_module_calls_its_sibling() throws Exception {
        edge.hub.onInvoke = _ -> answers(201, "{\"n\":1.50,\"big\":12345678901234567890}");

        HttpResponse<String> answer = invoke("edge1/mod1", SIBLING, """
                {"methodName":"reboot","payload":{"d":1.50},"responseTimeoutInSeconds":7,"connectTimeoutInSeconds":3}""");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":201,\"payload\":{\"n\":1.50,\"big\":12345678901234567890}}");
        RecordingHub.Invoked invoked = edge.hub.invoked.remove();
        assertThat(invoked.caller()).isEqualTo(IdentityId.module("edge1", "mod1"));
        assertThat(invoked.target()).isEqualTo(IdentityId.module("edge1", "mod2"));
        assertThat(invoked.call().name()).isEqualTo("reboot");
        assertThat(new String(invoked.call().payload(), StandardCharsets.UTF_8)).isEqualTo("{\"d\":1.50}");
        assertThat(invoked.call().responseTimeout()).isEqualTo(Duration.ofSeconds(7));
        assertThat(invoked.connect()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void payloads_are_any_json_or_nothing() throws Exception {
        for (String payload : List.of("null", "[1,\"a\"]", "\"text\"", "3", "true")) {
            edge.hub.onInvoke = call -> CompletableFuture.completedFuture(new MethodResult(200, call.payload()));
            assertThat(invoke("edge1/mod1", "/twins/leaf/methods", "{\"methodName\":\"m\",\"payload\":" + payload + "}")
                            .body())
                    .isEqualTo("{\"status\":200,\"payload\":" + payload + "}");
        }
        for (var odd : Map.of("", "null", "no json", "\"no json\"", "{} {}", "\"{} {}\"")
                .entrySet()) {
            edge.hub.onInvoke = _ -> answers(200, odd.getKey());
            assertThat(invoke("edge1/mod1", SIBLING, "{\"methodName\":\"m\"}").body())
                    .isEqualTo("{\"status\":200,\"payload\":" + odd.getValue() + "}");
        }
        assertThat(edge.hub.invoked.peek().call().responseTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void check_79_a_missing_header_is_answered_400_and_a_foreign_device_401() throws Exception {
        assertAnswer(
                edge.post(SIBLING, "{\"methodName\":\"m\"}"),
                400,
                "{\"message\":\"Invalid header value for x-ms-edge-moduleId\"}");
        for (String bad : List.of("edge1", "edge1/", "a/b/c", "/")) {
            assertAnswer(
                    invoke(bad, SIBLING, "{\"methodName\":\"m\"}"),
                    400,
                    "{\"message\":\"Invalid header value for x-ms-edge-moduleId\"}");
        }
        assertAnswer(
                invoke("edge2/mod1", SIBLING, "{\"methodName\":\"m\"}"),
                401,
                "{\"message\":\"Only modules on the same device can invoke DirectMethods\"}");
        assertThat(edge.hub.invoked).isEmpty();
    }

    @Test
    void check_80_what_is_outside_the_limits_is_answered_400() throws Exception {
        for (String bad : List.of(
                "",
                "{",
                "[]",
                "{} x",
                "{\"payload\":1}",
                "{\"methodName\":\"" + "n".repeat(101) + "\"}",
                "{\"methodName\":\"m\",\"responseTimeoutInSeconds\":4}",
                "{\"methodName\":\"m\",\"responseTimeoutInSeconds\":301}",
                "{\"methodName\":\"m\",\"responseTimeoutInSeconds\":\"x\"}",
                "{\"methodName\":\"m\",\"connectTimeoutInSeconds\":-1}",
                "{\"methodName\":\"m\",\"connectTimeoutInSeconds\":301}",
                "{\"methodName\":\"m\",\"connectTimeoutInSeconds\":1e999999999}",
                "{\"methodName\":\"m\",\"payload\":\"" + "p".repeat(128 * 1024) + "\"}")) {
            HttpResponse<String> answer = invoke("edge1/mod1", SIBLING, bad);

            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).startsWith("\"").endsWith("\"");
        }
        assertThat(edge.hub.invoked).isEmpty();
    }

    @Test
    void refusals_have_the_originals_form() throws Exception {
        edge.hub.onInvoke = _ -> RecordingHub.refuse(new Refusal.NotConnected("mod2 is not connected"));
        assertAnswer(call(), 404, "{\"message\":\"Client edge1/mod2 not found\"}");

        edge.hub.onInvoke = _ -> RecordingHub.refuse(
                new Refusal.TimedOut("Timed out waiting for device to respond to method request 7"));
        assertAnswer(call(), 504, "{\"message\":\"Timed out waiting for device to respond to method request 7\"}");

        edge.hub.onInvoke = _ -> RecordingHub.refuse(new Refusal.Unavailable("later"));
        assertAnswer(call(), 500, "{\"message\":\"later\"}");

        HttpResponse<String> nobody = edge.client.send(
                java.net.http.HttpRequest.newBuilder(java.net.URI.create("https://127.0.0.1:" + edge.port() + SIBLING))
                        .header(CALLER, "edge1/mod1")
                        .POST(DeviceFixture.body("{}"))
                        .build(),
                BodyHandlers.ofString());
        assertAnswer(nobody, 401, "{\"message\":\"show a token or a certificate\"}");
    }

    @Test
    void a_call_is_given_up_when_its_caller_goes() throws Exception {
        var began = new CountDownLatch(1);
        var never = new CompletableFuture<MethodResult>();
        edge.hub.onInvoke = _ -> {
            began.countDown();
            return never;
        };

        var answer = edge.client.sendAsync(
                edge.request(SIBLING)
                        .header(CALLER, "edge1/mod1")
                        .POST(DeviceFixture.body("{\"methodName\":\"m\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(began.await(20, TimeUnit.SECONDS)).isTrue();
        answer.cancel(true); // closes the connection, for HTTP/1.1 has no other way

        assertThat(never.handle((_, _) -> true).get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(never).isCancelled();
    }

    @Test
    void the_proxy_module_shows_the_certificate_of_who_is_behind_it() throws Exception {
        var device = edge.tls.device("leaf");
        String pem = java.net.URLEncoder.encode(Pem.text(device.chain()), StandardCharsets.UTF_8)
                .replace("+", "%20");
        String events = "/devices/leaf/messages/events" + DeviceFixture.VERSION;

        assertThat(edge.send(edge.request(events)
                                .header("x-ms-edge-clientcert", pem)
                                .POST(DeviceFixture.body("x")))
                        .statusCode())
                .isEqualTo(204);
        assertThat(edge.hub.clients.getFirst().identity()).isEqualTo(IdentityId.module("edge1", "IoTEdgeAPIProxy"));
        assertThat(edge.hub.credentials.getFirst()).isInstanceOf(Credential.Token.class);
        assertThat(edge.hub.clients.get(1).identity()).isEqualTo(IdentityId.device("leaf"));
        assertThat(edge.hub.credentials.get(1)).isEqualTo(new Credential.Certificate(device.chain()));

        assertThat(edge.send(edge.request(events)
                                .header("x-ms-edge-clientcert", "%zz")
                                .POST(DeviceFixture.body("x")))
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void at_an_iot_hub_a_module_is_answered_in_the_hubs_form() throws Exception {
        try (var iotHub = DeviceFixture.iotHub()) {
            iotHub.hub.onInvoke = _ -> RecordingHub.refuse(new Refusal.NotConnected("it is not connected"));

            HttpResponse<String> answer = iotHub.send(iotHub.request(SIBLING)
                    .header(CALLER, "edge1/mod1")
                    .POST(DeviceFixture.body("{\"methodName\":\"m\"}")));

            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.headers().firstValue("iothub-errorcode")).contains("DeviceNotOnline");
            assertThat(answer.body()).contains("ErrorCode:DeviceNotOnline;it is not connected");
        }
    }

    private HttpResponse<String> call() throws Exception {
        return invoke("edge1/mod1", SIBLING, "{\"methodName\":\"m\"}");
    }

    private HttpResponse<String> invoke(String caller, String target, String body) throws Exception {
        return edge.send(edge.request(target).header(CALLER, caller).POST(DeviceFixture.body(body)));
    }

    private static CompletableFuture<MethodResult> answers(int status, String payload) {
        return CompletableFuture.completedFuture(new MethodResult(status, payload.getBytes(StandardCharsets.UTF_8)));
    }

    private static void assertAnswer(HttpResponse<String> answer, int status, String body) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
    }
}

package kant.protocol.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.protocol.port.LockedMessage;
import kant.protocol.tls.Issued;
import kant.protocol.tls.Pem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages over HTTPS, both ways (device-protocols.md §4.2, checks 76-78 and 82). */
@Timeout(60)
class MessagesTest {
    private static final String EVENTS = "/devices/dev1/messages/events" + DeviceFixture.VERSION;
    private static final String DEVICEBOUND = "/devices/dev1/messages/devicebound";
    private static final IdentityId DEVICE = IdentityId.device("dev1");

    private DeviceFixture api;

    @BeforeEach
    void start() throws Exception {
        api = DeviceFixture.iotHub();
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void check_76_a_message_with_its_properties() throws Exception {
        HttpResponse<String> answer = api.send(api.request(EVENTS)
                .header("content-type", "binary/octet-stream")
                .header("iothub-to", "/devices/dev1/messages/events")
                .header("iothub-messageid", "m-1")
                .header("iothub-correlationid", "c 1")
                .header("iothub-userid", "u")
                .header("iothub-contenttype", "application/json")
                .header("iothub-contentencoding", "utf-8")
                .header("iothub-creation-time-utc", "2026-01-01T00:00:00Z")
                .header("iothub-expiry", "2027-01-01T00:00:00Z")
                .header("iothub-ack", "full")
                .header("iothub-interface-id", "urn:x")
                .header("iothub-app-alarm", "hi & lo")
                .header("IoTHub-App-MixedCase", "a=b%20c")
                .header("iothub-app-empty", "")
                .POST(DeviceFixture.body("{\"t\":21}")));

        assertThat(answer.statusCode()).isEqualTo(204);
        Message message = api.hub.sent.getFirst().getFirst();
        assertThat(message.sender()).isEqualTo(DEVICE);
        assertThat(new String(message.payload(), StandardCharsets.UTF_8)).isEqualTo("{\"t\":21}");
        assertThat(message.properties())
                .containsExactlyInAnyOrderEntriesOf(Map.of("alarm", "hi & lo", "MixedCase", "a=b%20c", "empty", ""));
        assertThat(message.systemProperties())
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry(SystemProperties.TO, "/devices/dev1/messages/events"),
                        Map.entry(SystemProperties.MESSAGE_ID, "m-1"),
                        Map.entry(SystemProperties.CORRELATION_ID, "c 1"),
                        Map.entry(SystemProperties.USER_ID, "u"),
                        Map.entry(SystemProperties.CONTENT_TYPE, "application/json"),
                        Map.entry(SystemProperties.CONTENT_ENCODING, "utf-8"),
                        Map.entry(SystemProperties.CREATION_TIME, "2026-01-01T00:00:00Z"),
                        Map.entry(SystemProperties.EXPIRY, "2027-01-01T00:00:00Z"),
                        Map.entry(SystemProperties.ACK, "full"),
                        Map.entry(SystemProperties.INTERFACE_ID, "urn:x")));
        assertThat(api.hub.clients.getFirst().protocol()).isEqualTo("https");
    }

    @Test
    void check_76_a_batch_of_two_is_two_messages() throws Exception {
        String batch = """
                [{"body":"YjE=","base64Encoded":true,"properties":{"iothub-messageid":"1","iothub-app-K":"v"}},
                 {"body":"YjI=","properties":null},
                 {"body":"plain","base64Encoded":false}]""";

        HttpResponse<String> answer =
                api.send(api.request("/devices/dev1/modules/mod1/messages/events" + DeviceFixture.VERSION)
                        .header("content-type", "application/vnd.microsoft.iothub.json")
                        .POST(DeviceFixture.body(batch)));

        assertThat(answer.statusCode()).isEqualTo(204);
        List<Message> messages = api.hub.sent.getFirst();
        assertThat(messages)
                .extracting(m -> new String(m.payload(), StandardCharsets.UTF_8))
                .containsExactly("b1", "b2", "plain");
        assertThat(messages.getFirst().properties()).isEqualTo(Map.of("K", "v"));
        assertThat(messages.getFirst().systemProperties()).isEqualTo(Map.of(SystemProperties.MESSAGE_ID, "1"));
        assertThat(messages.getFirst().sender()).isEqualTo(IdentityId.module("dev1", "mod1"));
    }

    @Test
    void a_batch_that_is_none_is_answered_400_and_nothing_is_sent() throws Exception {
        for (String bad : List.of(
                "",
                "{",
                "{}",
                "null",
                "[null]",
                "[1]",
                "[{\"body\":\"*\"}]",
                "[{\"body\":\"=\"}]",
                "[{\"body\":\"\",\"properties\":{\"a\":null}}]",
                "[".repeat(5000))) {
            HttpResponse<String> answer = api.send(api.request(EVENTS)
                    .header("content-type", "application/vnd.microsoft.iothub.json")
                    .POST(DeviceFixture.body(bad)));

            assertThat(answer.statusCode()).as(bad).isEqualTo(400);
            assertThat(answer.body()).contains("ErrorCode:ArgumentInvalid;the batch is not");
        }
        assertThat(api.hub.sent).isEmpty();
    }

    @Test
    void a_message_that_is_too_large_is_answered_413() throws Exception {
        assertThat(api.post(EVENTS, "x".repeat(Message.MAX_BYTES)).statusCode()).isEqualTo(204);

        HttpResponse<String> answer = api.post(EVENTS, "x".repeat(Message.MAX_BYTES + 1));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.headers().firstValue("iothub-errorcode")).contains("MessageTooLarge");
        assertThat(api.hub.sent).hasSize(1);
    }

    @Test
    void check_77_a_message_comes_with_all_its_headers_and_is_settled_by_its_etag() throws Exception {
        api.hub.waiting.add(new LockedMessage(
                "lock-1",
                2,
                new Message(
                        DEVICE,
                        Map.of(
                                SystemProperties.MESSAGE_ID, "m",
                                SystemProperties.SEQUENCE_NUMBER, "7",
                                SystemProperties.CONTENT_TYPE, "text/plain",
                                SystemProperties.ENQUEUED_TIME, "2019-12-09T12:00:00Z"),
                        Map.of("p one", "v", "Two", " line\nbreak é"),
                        "hello".getBytes(StandardCharsets.UTF_8))));

        HttpResponse<String> answer =
                api.send(api.request(DEVICEBOUND + DeviceFixture.VERSION).header("iothub-messagelocktimeout", "180"));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertHeaders(
                answer,
                Map.of(
                        "etag", "\"lock-1\"",
                        "iothub-messageid", "m",
                        "iothub-deliverycount", "2",
                        "iothub-sequencenumber", "7",
                        "iothub-enqueuedtime", "12/09/2019 12:00:00 PM",
                        "contenttype", "text/plain",
                        "iothub-contenttype", "text/plain"));
        assertHeaders(
                answer,
                Map.of(
                        "iothub-correlationid", "",
                        "iothub-expiry", "",
                        "iothub-to", "",
                        "iothub-userid", "",
                        "iothub-ack", "",
                        "contentencoding", ""));
        assertThat(answer.headers().map()).containsKeys("iothub-app-p%20one", "iothub-app-two");
        assertThat(answer.headers().firstValue("iothub-app-Two").orElseThrow()).startsWith("%20line%0Abreak ");
        assertThat(api.hub.locks).containsExactly(Duration.ofSeconds(180));

        assertThat(api.delete(DEVICEBOUND + "/lock-1" + DeviceFixture.VERSION).statusCode())
                .isEqualTo(204);
        assertThat(api.post(DEVICEBOUND + "/lock-2/abandon" + DeviceFixture.VERSION, "\0")
                        .statusCode())
                .isEqualTo(204);
        assertThat(api.hub.settled).containsExactly("lock-1 ACCEPTED", "lock-2 RELEASED");
        assertThat(api.get(DEVICEBOUND + DeviceFixture.VERSION).statusCode()).isEqualTo(204);
        assertThat(api.hub.locks).endsWith(Duration.ofSeconds(60));
    }

    @Test
    void check_77_a_stale_etag_is_answered_412() throws Exception {
        HttpResponse<String> answer = api.delete(DEVICEBOUND + "/stale" + DeviceFixture.VERSION);

        assertThat(answer.statusCode()).isEqualTo(412);
        assertThat(answer.headers().firstValue("iothub-errorcode")).contains("PreconditionFailed");
        assertThat(answer.body()).contains("ErrorCode:PreconditionFailed;the lock is lost");
    }

    @Test
    void check_78_reject_in_every_spelling() throws Exception {
        api.delete(DEVICEBOUND + "/a" + DeviceFixture.VERSION + "&reject");
        api.delete(DEVICEBOUND + "/b?reject&api-version=1");
        api.delete(DEVICEBOUND + "/c" + DeviceFixture.VERSION + "&%3Freject=true");
        api.delete(DEVICEBOUND + "/%22d%22" + DeviceFixture.VERSION + "&reject=true");

        assertThat(api.hub.settled).containsExactly("a REJECTED", "b REJECTED", "c REJECTED", "d REJECTED");
    }

    @Test
    void a_lock_that_is_no_time_is_answered_400() throws Exception {
        for (String bad : List.of("0", "301", "-1", "x", "99999999999")) {
            assertThat(api.send(api.request(DEVICEBOUND + DeviceFixture.VERSION)
                                    .header("iothub-messagelocktimeout", bad))
                            .statusCode())
                    .isEqualTo(400);
        }
        assertThat(api.hub.locks).isEmpty();
    }

    @Test
    void check_82_refusals_have_a_body_and_their_code() throws Exception {
        HttpResponse<String> nobody = api.client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + api.port() + EVENTS))
                        .POST(DeviceFixture.body("x"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(nobody.statusCode()).isEqualTo(401);
        assertThat(nobody.headers().firstValue("iothub-errorcode")).contains("IotHubUnauthorizedAccess");
        assertThat(nobody.body()).contains("\"Message\":\"ErrorCode:IotHubUnauthorizedAccess;");

        api.hub.onSend = new Refusal.NotFound("no such device");
        assertRefused(api.post(EVENTS, "x"), 404, "DeviceNotFound");
        api.hub.onSend = new Refusal.LimitExceeded("too many");
        assertRefused(api.post(EVENTS, "x"), 429, "ThrottlingException");
        api.hub.onSend = new Refusal.StoreFull("no room");
        assertRefused(api.post(EVENTS, "x"), 503, "ServiceUnavailable");

        HttpResponse<String> unversioned = api.post("/devices/dev1/messages/events", "x");
        assertThat(unversioned.statusCode()).isEqualTo(400);
        assertThat(unversioned.headers().firstValue("iothub-errorcode")).contains("InvalidProtocolVersion");

        HttpResponse<String> slash = api.post("/devices/a%2Fb/messages/events" + DeviceFixture.VERSION, "x");
        assertThat(slash.statusCode()).isEqualTo(400);
        assertThat(api.hub.sent).isEmpty();
    }

    @Test
    void the_credential_is_a_token_in_header_or_query_or_the_connections_certificate() throws Exception {
        Issued device = api.tls.device("dev1");
        String token = java.net.URLEncoder.encode(DeviceFixture.token(), StandardCharsets.UTF_8);
        URI uri = URI.create("https://127.0.0.1:" + api.port() + EVENTS);

        api.post(EVENTS, "x");
        api.client.send(
                HttpRequest.newBuilder(URI.create(uri + "&Authorization=" + token.replace("+", "%20")))
                        .POST(DeviceFixture.body("x"))
                        .build(),
                BodyHandlers.ofString());
        try (var shows =
                HttpClient.newBuilder().sslContext(api.tls.client(device)).build()) {
            shows.send(HttpRequest.newBuilder(uri).POST(DeviceFixture.body("x")).build(), BodyHandlers.ofString());
            shows.shutdownNow();
        }

        assertThat(api.hub.sent).hasSize(3);
        assertThat(api.hub.credentials.subList(0, 2)).allMatch(c -> c instanceof Credential.Token);
        assertThat(api.hub.credentials.get(2)).isEqualTo(new Credential.Certificate(device.chain()));
    }

    @Test
    void a_certificate_in_a_header_counts_from_nobody_at_an_iot_hub() throws Exception {
        String pem = java.net.URLEncoder.encode(Pem.text(api.tls.device("dev1").chain()), StandardCharsets.UTF_8)
                .replace("+", "%20");

        assertThat(api.send(api.request(EVENTS)
                                .header("x-ms-edge-clientcert", pem)
                                .POST(DeviceFixture.body("x")))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void what_is_not_of_this_api_is_the_others() throws Exception {
        for (String other : List.of("/twins/dev1", "/devices/dev1", "/", "/devices/dev1/messages/other", "/metrics")) {
            assertThat(api.get(other + DeviceFixture.VERSION).body()).isEqualTo("the service's");
        }
        assertThat(api.post("/twins/dev1/methods" + DeviceFixture.VERSION, "{}").body())
                .isEqualTo("the service's");
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("iothub-errorcode")).contains(code);
        assertThat(answer.body()).contains("\"Message\":\"ErrorCode:" + code + ";");
    }

    private static void assertHeaders(HttpResponse<?> answer, Map<String, String> expected) {
        expected.forEach((name, value) ->
                assertThat(answer.headers().firstValue(name)).as(name).contains(value));
    }
}

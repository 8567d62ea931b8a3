package kant.iothub.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import kant.iothub.fixture.MqttPeer;
import kant.iothub.fixture.MqttPeer.Arrived;
import kant.iothub.fixture.RunningHub;
import kant.iothub.fixture.RunningHub.Answer;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Messages to devices through real servers: sent by our own path, taken over HTTPS (check 77) and MQTT (checks 35 and 36). */
class CloudRestTest {
    private static final IdentityId DEVICE = IdentityId.device("d");
    private static final String QUEUE = "/devices/d/messages/devicebound";

    @TempDir
    private Path directory;

    private RunningHub hub;
    private String key;
    private String token;

    @BeforeEach
    void start() throws Exception {
        hub = new RunningHub(directory);
        key = hub.create("/devices/d", "{}");
        token = RunningHub.token(DEVICE, key);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void check_77_a_device_polls_and_completes_abandons_and_rejects() throws Exception {
        assertThat(hub.callAs(token, "GET", QUEUE, null).status()).isEqualTo(204);
        send("{'body':'one','messageId':'id1','properties':{'k':'v'}}");

        Answer first = hub.callAs(token, "GET", QUEUE, null);
        assertThat(first.response().body()).isEqualTo("one");
        assertThat(first.header("iothub-messageid")).isEqualTo("id1");
        assertThat(first.header("iothub-app-k")).isEqualTo("v");
        assertThat(first.header("iothub-deliverycount")).isEqualTo("0");
        assertThat(first.header("iothub-sequencenumber")).isEqualTo("1");
        assertThat(hub.callAs(token, "POST", QUEUE + "/" + etag(first) + "/abandon", "")
                        .status())
                .isEqualTo(204);

        Answer again = hub.callAs(token, "GET", QUEUE, null);
        assertThat(again.header("iothub-deliverycount")).isEqualTo("1");
        assertThat(hub.callAs(token, "DELETE", QUEUE + "/" + etag(first), null).status())
                .isEqualTo(412);
        assertThat(hub.callAs(token, "DELETE", QUEUE + "/" + etag(again), null).status())
                .isEqualTo(204);

        send("{'body':'two'}");
        Answer rejected = hub.callAs(token, "GET", QUEUE, null);
        assertThat(hub.callAs(token, "DELETE", QUEUE + "/" + etag(rejected) + "?reject", null)
                        .status())
                .isEqualTo(204);
        assertThat(state()).isEqualTo(counts(0, 1, 1));
    }

    @Test
    void check_35_a_message_over_mqtt_begins_with_a_system_property_and_its_puback_completes_it() throws Exception {
        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.subscribe("devices/d/messages/devicebound/#");
            send("{'body':'hello','messageId':'id1','ack':'full','properties':{'a b':'c'}}");

            Arrived arrived = device.next();

            assertThat(arrived.payload()).isEqualTo("hello");
            assertThat(arrived.topic()).startsWith("devices/d/messages/devicebound/%24.");
            assertThat(arrived.topic()).contains("%24.mid=id1", "a%20b=c", "iothub-ack=full");
        }
        untilState(counts(0, 1, 0));
    }

    @Test
    void check_46_what_was_sent_while_a_persistent_client_was_away_comes_without_a_new_subscription() throws Exception {
        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            device.subscribe("devices/d/messages/devicebound/#");
        }
        send("{'body':'while away'}");

        try (var device = MqttPeer.connect(hub, DEVICE, key)) {
            assertThat(device.next().payload()).isEqualTo("while away");
        }
    }

    @Test
    void the_queue_is_counted_seen_and_purged() throws Exception {
        send("{'body':'one'}");
        send("{'bodyBase64':'AAE='}");

        assertThat(hub.call("GET", "/devices/d", null)
                        .json()
                        .path("cloudToDeviceMessageCount")
                        .asInt())
                .isEqualTo(2);
        assertThat(hub.call("GET", "/twins/d", null)
                        .json()
                        .path("cloudToDeviceMessageCount")
                        .asInt())
                .isEqualTo(2);
        assertThat(hub.call("DELETE", "/devices/d/commands", null).json().toString())
                .isEqualTo("{\"deviceId\":\"d\",\"totalMessagesPurged\":2,\"moduleId\":null}");
        assertThat(hub.call("GET", "/kant/devices/d/messages", null)
                        .json()
                        .path("purged")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void what_cannot_be_sent_is_refused_with_iot_hubs_codes() throws Exception {
        String path = "/kant/devices/d/messages";
        assertThat(hub.call("POST", path, "{'body':'x','ack':'perhaps'}").header("iothub-errorcode"))
                .isEqualTo("ArgumentInvalid");
        assertThat(hub.call("POST", path, "{'body':'" + "x".repeat(65 * 1024) + "'}")
                        .status())
                .isEqualTo(413);
        assertThat(hub.call("POST", "/kant/devices/nobody/messages", "{}").status())
                .isEqualTo(404);
        assertThat(hub.callAs(token, "POST", path, "{}").status()).isEqualTo(401);
        for (int i = 0; i < 50; i++) {
            send("{'body':'x'}");
        }
        Answer full = hub.call("POST", path, "{'body':'x'}");
        assertThat(full.status()).isEqualTo(403);
        assertThat(full.header("iothub-errorcode")).isEqualTo("DeviceMaximumQueueDepthExceeded");
    }

    private void send(String body) throws Exception {
        Answer answer = hub.call("POST", "/kant/devices/d/messages", body);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
    }

    private String state() throws Exception {
        return hub.call("GET", "/kant/devices/d/messages", null).json().toString();
    }

    private void untilState(String wanted) throws Exception {
        String state = state();
        for (int i = 0; i < 100 && !state.equals(wanted); i++) {
            state = state();
        }
        assertThat(state).isEqualTo(wanted);
    }

    private static String counts(int waiting, int completed, int rejected) {
        return "{\"waiting\":" + waiting + ",\"completed\":" + completed + ",\"rejected\":" + rejected
                + ",\"expired\":0,\"deliveryCountExceeded\":0,\"purged\":0}";
    }

    private static String etag(Answer answer) {
        return answer.header("etag").replace("\"", "");
    }
}

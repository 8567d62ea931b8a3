package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Waits;
import kant.conformance.harness.HubService;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.MqttSocket.Received;
import kant.conformance.harness.SasIdentity;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Checks 40 to 52: twins and direct methods over MQTT. Check 47, a gap in the versions, cannot be made from outside a stand-in that
 * leaves none: {@code edge-hub/twin}'s unit tests make it.
 */
class MqttTwinAndMethodTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration CALL = Duration.ofSeconds(60);
    private static final int CONCURRENT = 50;

    @ParameterizedTest
    @EnumSource
    void check_40_a_twin_has_desired_and_reported_with_versions_and_nothing_else(Hub hub) throws Exception {
        try (var client = new TwinClient(hub, hub.device("c40"))) {
            JsonNode twin = JSON.readTree(client.ask("GET/", "").text());

            assertThat(twin.fieldNames()).toIterable().containsExactlyInAnyOrder("desired", "reported");
            assertThat(twin.at("/desired/$version").isIntegralNumber()).isTrue();
            assertThat(twin.at("/reported/$version").isIntegralNumber()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_41_a_get_without_a_request_id_ends_the_connection(Hub hub) throws Exception {
        SasIdentity device = hub.device("c41");
        try (MqttSocket client = hub.mqtt(device)) {
            client.publish(0, "$iothub/twin/GET/", "");

            assertThat(client.isClosedWithin(SOON)).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_42_a_reported_patch_is_answered_204_with_its_request_id(Hub hub) throws Exception {
        try (var client = new TwinClient(hub, hub.device("c42"))) {
            long before = JSON.readTree(client.ask("GET/", "").text())
                    .at("/reported/$version")
                    .asLong();

            Received answer = client.report("{\"speed\":1}");

            assertThat(answer.topic()).startsWith("$iothub/twin/res/204/?$rid=" + client.lastId());
            if (hub == Hub.STAND_IN) {
                assertThat(answer.topic()).endsWith("&$version=" + (before + 1));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_43_null_removes_a_reported_property(Hub hub) throws Exception {
        SasIdentity device = hub.device("c43");
        try (var client = new TwinClient(hub, device)) {
            client.report("{\"keep\":1,\"drop\":{\"a\":1}}");
            client.report("{\"drop\":null}");

            assertThat(JSON.readTree(client.ask("GET/", "").text())
                            .path("reported")
                            .has("drop"))
                    .isFalse();
        }
        Waits.until("the reported properties at the stand-in", SOON, () -> {
            JsonNode reported = Doors.open().service().twin(device.clientId()).at("/properties/reported");
            return reported.path("keep").asInt() == 1 && !reported.has("drop");
        });
    }

    @ParameterizedTest
    @EnumSource
    void check_44_a_bad_patch_is_refused_and_the_connection_stays(Hub hub) throws Exception {
        String deep = "{\"a\":".repeat(11) + "1" + "}".repeat(11);
        try (var client = new TwinClient(hub, hub.device("c44"))) {
            for (String bad : List.of(
                    deep, "{\"a.b\":1}", "{\"a\":[1,null]}", "{\"a\":\"" + "x".repeat(4097) + "\"}", "{\"$a\":1}")) {
                assertThat(client.report(bad).topic())
                        .as("answer to " + (bad.length() > 60 ? bad.substring(0, 60) : bad))
                        .startsWith("$iothub/twin/res/400/");
            }
            assertThat(client.report("{not json").topic()).containsPattern("res/(4\\d\\d|500)/");
            assertThat(client.report("{\"good\":1}").topic()).contains("res/204/");
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_45_a_desired_change_is_told_once_to_who_subscribed(Hub hub) throws Exception {
        SasIdentity device = hub.device("c45");
        try (MqttSocket client = hub.mqtt(device)) {
            Doors.open().service().patchTwin(device.clientId(), "{\"rate\":1}");
            assertThat(client.staysEmptyFor(QUIET)).as("nobody has asked").isTrue();
            client.subscribe("$iothub/twin/PATCH/properties/desired/#");

            int version = Doors.open()
                    .service()
                    .patchTwin(device.clientId(), "{\"rate\":2}")
                    .at("/properties/desired/$version")
                    .asInt();

            Received told = client.receive();
            while (!told.topic().endsWith("$version=" + version)) {
                told = client.receive(); // what the hub had missed while nobody listened
            }
            assertThat(told.topic()).isEqualTo("$iothub/twin/PATCH/properties/desired/?$version=" + version);
            assertThat(JSON.readTree(told.text()).path("rate").asInt()).isEqualTo(2);
            assertThat(JSON.readTree(told.text()).path("$version").asInt()).isEqualTo(version);
            assertThat(client.staysEmptyFor(QUIET)).as("it is told once").isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_46_changes_made_while_a_client_is_away_are_there_when_it_is_back(Hub hub) throws Exception {
        SasIdentity device = hub.device("c46");
        try (MqttSocket client = hub.mqtt()) {
            client.connect(device.connect().persistent());
            client.subscribe("$iothub/twin/PATCH/properties/desired/#");
        }
        Doors.open().service().patchTwin(device.clientId(), "{\"a\":1}");
        Doors.open().service().patchTwin(device.clientId(), "{\"b\":2}");
        try (var client = new TwinClient(hub, device)) {
            JsonNode desired = Waits.value("both changes", SOON, () -> {
                JsonNode now = JSON.readTree(client.ask("GET/", "").text()).path("desired");
                return now.has("a") && now.has("b") ? now : null;
            });

            assertThat(desired.path("a").asInt()).isEqualTo(1);
            assertThat(desired.path("b").asInt()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_48_a_method_call_reaches_the_client_and_its_answer_the_caller(Hub hub) throws Exception {
        SasIdentity device = hub.device("c48");
        try (MqttSocket client = hub.mqtt(device)) {
            client.subscribe("$iothub/methods/POST/#");
            Future<HubService.Answer> answer = call(device, "re boot", "{\"delay\":[1,null,\"ü\"]}", 20);

            Received request = client.receive();
            assertThat(request.topic()).startsWith("$iothub/methods/POST/re boot/?$rid=");
            assertThat(JSON.readTree(request.text())).isEqualTo(JSON.readTree("{\"delay\":[1,null,\"ü\"]}"));
            client.publish(0, "$iothub/methods/res/-42/?$rid=" + rid(request), "{\"done\":[true,null]}");

            assertThat(answer.get(CALL.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(new HubService.Answer(
                            200, JSON.readTree("{\"status\":-42,\"payload\":{\"done\":[true,null]}}")));
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_49_a_method_needs_a_listener_and_may_wait_for_one(Hub hub) throws Exception {
        SasIdentity device = hub.device("c49");
        try (MqttSocket client = hub.mqtt(device)) {
            HubService.Answer nobody = Doors.open().service().method(device.clientId(), "m", "null", 5, 0);
            assertThat(nobody.status()).as(nobody.toString()).isEqualTo(404);
            assertThat(nobody.toString()).contains("404103");

            Future<HubService.Answer> waiting = call(device, "m", "null", 20);
            client.subscribe("$iothub/methods/POST/#");
            Received request = client.receive();
            client.publish(0, "$iothub/methods/res/200/?$rid=" + rid(request), "{}");

            waiting.get(CALL.toSeconds(), TimeUnit.SECONDS).require(200);
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_50_a_method_without_an_answer_times_out(Hub hub) throws Exception {
        SasIdentity device = hub.device("c50");
        try (MqttSocket client = hub.mqtt(device)) {
            client.subscribe("$iothub/methods/POST/#");
            long asked = System.nanoTime();

            HubService.Answer answer = Doors.open().service().method(device.clientId(), "m", "null", 5, 10);

            assertThat(answer.status()).as(answer.toString()).isEqualTo(504);
            assertThat(answer.toString()).contains("504101");
            assertThat(Duration.ofNanos(System.nanoTime() - asked))
                    .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(9));
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_51_an_answer_to_nothing_is_ignored(Hub hub) throws Exception {
        SasIdentity device = hub.device("c51");
        try (MqttSocket client = hub.mqtt(device)) {
            client.publish(0, "$iothub/methods/res/200/?$rid=never", "{}");

            client.ping();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_52_many_calls_at_once_get_their_own_answers(Hub hub) throws Exception {
        SasIdentity device = hub.device("c52");
        try (MqttSocket client = hub.mqtt(device)) {
            client.subscribe("$iothub/methods/POST/#");
            List<Future<HubService.Answer>> answers = new ArrayList<>();
            for (int i = 0; i < CONCURRENT; i++) {
                answers.add(call(device, "m", Integer.toString(i), 30));
            }
            List<Received> requests = new ArrayList<>();
            while (requests.size() < CONCURRENT) {
                requests.addFirst(client.receive());
            }
            for (Received request : requests) {
                client.publish(0, "$iothub/methods/res/200/?$rid=" + rid(request), request.text());
            }

            for (int i = 0; i < CONCURRENT; i++) {
                HubService.Answer answer = answers.get(i).get(CALL.toSeconds(), TimeUnit.SECONDS);
                assertThat(answer.json().path("payload").asInt()).isEqualTo(i);
            }
        }
    }

    private static Future<HubService.Answer> call(SasIdentity target, String name, String payload, int seconds) {
        var task = new FutureTask<>(() -> Doors.open().service().method(target.clientId(), name, payload, seconds, 15));
        Thread.ofVirtual().start(task);
        return task;
    }

    private static String rid(Received request) {
        return request.topic().substring(request.topic().indexOf("$rid=") + 5);
    }

    /** Twin requests over MQTT. */
    private static final class TwinClient implements AutoCloseable {
        private final MqttSocket socket;
        private int requests;

        TwinClient(Hub hub, SasIdentity identity) throws Exception {
            socket = hub.mqtt(identity);
            socket.subscribe("$iothub/twin/res/#");
        }

        Received report(String patch) throws Exception {
            return ask("PATCH/properties/reported/", patch);
        }

        Received ask(String operation, String payload) throws Exception {
            requests++;
            socket.publish(0, "$iothub/twin/" + operation + "?$rid=" + requests, payload);
            Received answer = socket.receive();
            while (!answer.topic().contains("$rid=" + requests)) {
                answer = socket.receive();
            }
            return answer;
        }

        int lastId() {
            return requests;
        }

        @Override
        public void close() throws Exception {
            socket.close();
        }
    }
}

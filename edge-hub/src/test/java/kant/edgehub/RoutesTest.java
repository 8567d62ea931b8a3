package kant.edgehub;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import kant.edgehub.fake.Await;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.twin.TwinPatch;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What routes do beyond telemetry: twin changes, the sender's twin, and changes of the routes under traffic. */
@Timeout(120)
class RoutesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final IdentityId SENSOR = IdentityId.module("edge", "sensor");
    private static final String INPUT = "edge/filter/in";
    private static final String UPSTREAM = "iothub";

    @TempDir
    private Path directory;

    private static void routes(HubFixture hub, String routes, long version) throws Exception {
        var changes = (ObjectNode) JSON.readTree("{\"routes\":" + routes + "}");
        hub.link.identity(HubFixture.HUB).listener().desired(new TwinPatch(changes, version));
        Await.until(
                "version " + version + " is reported",
                () -> hub.reported("lastDesiredVersion").contains(Long.toString(version)));
    }

    private static void report(TestClient client, String patch) throws Exception {
        client.subscribe("$iothub/twin/res/#");
        client.publish("$iothub/twin/PATCH/properties/reported/?$rid=1", patch);
        assertThat(client.next().topic()).startsWith("$iothub/twin/res/204/");
    }

    private static void send(TestClient client, int messages) {
        try {
            for (int i = 0; i < messages; i++) {
                client.send("%24.on=out", Integer.toString(i));
            }
        } catch (MqttException e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void a_reported_patch_goes_through_the_routes_as_the_hubs_own_message_and_shows_who_reported() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter").connect().listening()) {
            String changes =
                    "FROM /twinChangeNotifications WHERE $body.on INTO BrokeredEndpoint('/modules/filter/inputs/in')";
            routes(
                    hub,
                    "{\"changes\":\"" + changes + "\",\"up\":\"FROM /twinChangeNotifications/* INTO $upstream\"}",
                    2);

            report(sensor, "{\"on\":true}");

            TestClient.Got got = filter.next();
            assertThat(got.text()).isEqualTo("{\"on\":true}");
            assertThat(got.topic()).contains("%24.cdid=edge", "%24.cmid=sensor", "%24.schema=twinChangeNotification");
            Await.until("the parent has it", () -> hub.counts(UPSTREAM).delivered() == 1);
            Message message = hub.link.identity(HubFixture.HUB).sent.getFirst();
            assertThat(new String(message.payload(), StandardCharsets.UTF_8)).isEqualTo("{\"on\":true}");
            assertThat(message.systemProperties())
                    .containsAllEntriesOf(Map.of(
                            SystemProperties.MESSAGE_SCHEMA, "twinChangeNotification",
                            SystemProperties.MESSAGE_TYPE, "twinChangeNotification",
                            SystemProperties.CONNECTION_DEVICE_ID, "edge",
                            SystemProperties.CONNECTION_MODULE_ID, "$edgeHub",
                            SystemProperties.REPORTING_DEVICE_ID, "edge",
                            SystemProperties.REPORTING_MODULE_ID, "sensor"))
                    .containsKeys(SystemProperties.ENQUEUED_TIME, SystemProperties.EDGE_MESSAGE_ID);
        }
    }

    @Test
    void a_route_on_the_senders_twin_sees_its_cached_twin() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter").connect().listening()) {
            String route = "FROM /messages/* WHERE $twin.properties.reported.mode = 'loud' AND"
                    + " $twin.properties.desired.site = 'north' INTO BrokeredEndpoint('/modules/filter/inputs/in')";
            routes(hub, "{\"loud\":\"" + route + "\"}", 2);
            sensor.subscribe("$iothub/twin/PATCH/properties/desired/#");
            sensor.subscribe("$iothub/twin/res/#");
            Await.until("the sensor is attached", () -> hub.link.attached(SENSOR));
            hub.link.identity(SENSOR).twin = HubFixture.twin("{\"site\":\"north\"}", 7);
            hub.link.identity(SENSOR).goUp();

            sensor.send("", "too early");
            report(sensor, "{\"mode\":\"loud\"}");
            sensor.publish("$iothub/twin/GET/?$rid=2", "");
            assertThat(sensor.next().text()).contains("north");
            sensor.send("", "now");

            assertThat(filter.next().text()).isEqualTo("now");
        }
    }

    @Test
    void routes_change_under_traffic_and_no_message_is_lost_or_repeated() throws Exception {
        try (var hub = HubFixture.online(directory);
                var sensor = hub.client("edge/sensor").connect();
                var filter = hub.client("edge/filter").connect().listening()) {
            int messages = 300;
            var sending = CompletableFuture.runAsync(() -> send(sensor, messages));
            for (int version = 2; !sending.isDone(); version++) {
                String name = version % 2 == 0 ? "even" : "odd";
                String other = version % 2 == 0 ? "odd" : "even";
                routes(
                        hub,
                        "{\"toFilter\":null,\"" + other + "\":null,\"" + name
                                + "\":{\"route\":\"FROM /messages/modules/sensor/* INTO BrokeredEndpoint('/modules/filter/inputs/in')\","
                                + "\"priority\":" + version % 2 + "}}",
                        version);
            }
            sending.get();

            List<Integer> got = new ArrayList<>();
            while (got.size() < messages) {
                got.add(Integer.valueOf(filter.next().text()));
            }
            assertThat(got).doesNotHaveDuplicates().hasSize(messages);
            Await.until("the books are closed", () -> hub.counts(INPUT).delivered() == messages);
            assertThat(hub.counts(INPUT).balanced()).isTrue();
        }
    }
}

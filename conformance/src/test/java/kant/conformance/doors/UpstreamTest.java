package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Loop;
import kant.conformance.harness.ConnectProxy;
import kant.conformance.harness.EdgeHubProgram;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hub's one connection to its parent: by every protocol, through a proxy, and one socket however many clients there are. */
class UpstreamTest {
    private static final int CLIENTS = 1000;

    @ParameterizedTest
    @CsvSource({"Amqp, 5671", "AmqpWs, 443", "Mqtt, 8883", "MqttWs, 443"})
    void every_upstream_protocol_carries_messages_up_and_twins_down(String protocol, int port) throws Exception {
        String device = "up-" + protocol;
        try (EdgeHubProgram hub = start(device, Map.of("UpstreamProtocol", protocol))) {
            roundTrip(hub);

            assertThat(hub.connectionsTo(port))
                    .as("connections to port " + port)
                    .isPositive();
        }
    }

    @Test
    void a_proxy_is_asked_to_connect() throws Exception {
        try (ConnectProxy proxy = ConnectProxy.start("127.10.1.3");
                EdgeHubProgram hub =
                        start("up-proxy", Map.of("UpstreamProtocol", "AmqpWs", "https_proxy", proxy.url()))) {
            roundTrip(hub);

            assertThat(proxy.targets()).isNotEmpty().allMatch(target -> target.endsWith(":443"));
        }
    }

    @Test
    void a_thousand_clients_share_one_connection_to_the_parent() throws Exception {
        EdgeHubProgram hub = Doors.open().edge();
        SSLContext trust = Doors.open().edgeTrust();
        List<MqttSocket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < CLIENTS; i++) {
                SasIdentity leaf = Hub.EDGE_HUB.device("crowd");
                MqttSocket client = MqttSocket.open(hub.address(), trust, leaf);
                clients.add(client);
                client.send(leaf.topics() + "messages/events/crowd=yes", "{}");
            }
            Doors.open()
                    .telemetry()
                    .await(
                            "a message of each",
                            CLIENTS,
                            event -> event.at("/properties/crowd").asText().equals("yes"));

            assertThat(hub.connectionsTo(Hub.AMQPS))
                    .as("connections to the parent")
                    .isEqualTo(1);
        } finally {
            for (MqttSocket client : clients) {
                client.close();
            }
        }
    }

    private static EdgeHubProgram start(String device, Map<String, String> environment) throws Exception {
        return Doors.open().start(new EdgeHubProgram.Place(device, "127.10.1.3", "127.10.1.3"), environment);
    }

    private static void roundTrip(EdgeHubProgram hub) throws Exception {
        SasIdentity module = Doors.open().service().module(hub.place().device(), "m");
        String id = Hub.fresh(hub.place().device());
        try (MqttSocket client = MqttSocket.open(hub.address(), Loop.tls(hub.caPem()), module)) {
            client.send(module.topics() + "messages/events/%24.mid=" + id, "{}");
            Doors.open().telemetry().await(id);
            client.subscribe("$iothub/twin/PATCH/properties/desired/#");
            Doors.open().service().patchTwin(module.clientId(), "{\"rate\":1}");
            assertThat(client.receive().text()).contains("\"rate\":1");
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; the hub's log:\n" + hub.log(), e);
        }
    }
}

package kant.conformance.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Loop;
import kant.conformance.Waits;
import kant.conformance.harness.EdgeHubProgram;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.Telemetry;
import org.junit.jupiter.api.Test;

/** Check 95 and the renewal of tokens: Java SDK clients that stay for longer than a token, and for longer than the hub. */
class LongLifeTest {
    private static final int TOKEN_SECONDS = 6;
    private static final Duration LIVES = Duration.ofSeconds(2L * TOKEN_SECONDS + 2);
    private static final long PACE_NANOS = Duration.ofMillis(200).toNanos();
    private static final Duration BACK = Duration.ofSeconds(60);
    private static final int STORM = 50;
    private static final EdgeHubProgram.Place STORMY = new EdgeHubProgram.Place("storm", "127.10.1.4", "127.10.1.4");

    @Test
    void a_token_is_renewed_without_the_connection_ending_over_amqp_and_with_a_new_one_over_mqtt() throws Exception {
        List<DeviceClient> clients = new ArrayList<>();
        Queue<String> lost = new ConcurrentLinkedQueue<>();
        try {
            for (Hub hub : Hub.values()) {
                for (var protocol : List.of(IotHubClientProtocol.AMQPS, IotHubClientProtocol.MQTT)) {
                    var way = new Way(hub, protocol);
                    var client = new DeviceClient(
                            hub.connectionString(hub.device("renewing")),
                            protocol,
                            way.options().sasTokenExpiryTime(TOKEN_SECONDS).build());
                    clients.add(client);
                    client.setConnectionStatusChangeCallback(
                            change -> {
                                if (protocol == IotHubClientProtocol.AMQPS
                                        && change.getNewStatus() == IotHubConnectionStatus.DISCONNECTED_RETRYING) {
                                    lost.add(way + ": " + change.getNewStatusReason());
                                }
                            },
                            null);
                    client.open(true);
                }
            }
            long end = System.nanoTime() + LIVES.toNanos();
            while (System.nanoTime() < end) {
                for (DeviceClient client : clients) {
                    client.sendEvent(Way.message(Hub.fresh("renewed"), "{}"), Way.CALL_MILLIS);
                }
                LockSupport.parkNanos(PACE_NANOS);
            }
            assertThat(lost).as("connections over AMQP that ended").isEmpty();
        } finally {
            clients.forEach(DeviceClient::close);
        }
    }

    @Test
    void check_95_fifty_clients_come_back_after_a_restart_and_lose_nothing() throws Exception {
        try (EdgeHubProgram hub = Doors.open().start(STORMY, Map.of())) {
            List<DeviceClient> clients = new ArrayList<>();
            try {
                for (int i = 0; i < STORM; i++) {
                    clients.add(opened(hub, i));
                }
                sendAll(clients, "before-storm-");
                hub.kill();
                sendAll(clients, "in-storm-");
                hub.restart();

                for (String when : List.of("before-storm-", "in-storm-")) {
                    Waits.until("the message " + when + "n of every client", BACK, () -> ids(when) == STORM);
                }
            } finally {
                clients.forEach(
                        DeviceClient::close); // while there is a hub: the SDK takes seconds for it where there is none
            }
        }
    }

    private static DeviceClient opened(EdgeHubProgram hub, int number) throws Exception {
        SasIdentity leaf = Doors.open().service().leaf("storm-" + number, STORMY.device());
        var way = new Way(Hub.EDGE_HUB, number % 2 == 0 ? IotHubClientProtocol.MQTT : IotHubClientProtocol.AMQPS);
        var client = new DeviceClient(
                leaf.connectionString() + ";GatewayHostName=" + STORMY.hostName(),
                way.protocol(),
                way.options().sslContext(Loop.tls(hub.caPem())).build());
        client.open(true);
        return client;
    }

    private static void sendAll(List<DeviceClient> clients, String id) {
        for (int i = 0; i < STORM; i++) {
            clients.get(i).sendEventAsync(Way.message(id + i, "{}"), (_, _, _) -> {}, null);
        }
    }

    private static long ids(String prefix) throws Exception {
        Doors.open().telemetry().refresh();
        return Doors.open().telemetry().seen(event -> id(event).startsWith(prefix)).stream()
                .map(LongLifeTest::id)
                .distinct()
                .count();
    }

    private static String id(JsonNode event) {
        return Telemetry.id(event);
    }
}

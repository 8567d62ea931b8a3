package kant.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import kant.conformance.Waits;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.HubService;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpMessage;
import kant.testkit.history.Stream;

/**
 * A leaf device on the official SDK that is connected all through a campaign: sends telemetry, and shows that its twin, its methods
 * and messages to it work, without anybody having restarted anything.
 */
final class Probe implements AutoCloseable {
    private static final int CALL_MILLIS = 30_000;
    /** Until the hub has noticed a connection that only silence ends, and made another. */
    private static final Duration LIMIT = Duration.ofSeconds(120);

    /** Works round a race inside the SDK (real-clients.md §2.6). */
    private static final int RECEIVE_MILLIS = 300;

    private final SasIdentity identity;
    private final IotHubClientProtocol protocol;
    private final DeviceClient client;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private Probe(SasIdentity identity, IotHubClientProtocol protocol, DeviceClient client) {
        this.identity = identity;
        this.protocol = protocol;
        this.client = client;
    }

    static Probe open(SasIdentity identity, IotHubClientProtocol protocol, String address, SSLContext trust)
            throws Exception {
        var client = new DeviceClient(
                identity.connectionString() + ";GatewayHostName=" + address,
                protocol,
                ClientOptions.builder()
                        .sslContext(trust)
                        .receiveInterval(RECEIVE_MILLIS)
                        .build());
        var probe = new Probe(identity, protocol, client);
        client.setMessageCallback(
                (message, _) -> {
                    probe.seen.add("message " + message.getMessageId());
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        client.open(true);
        client.subscribeToDesiredProperties(
                (twin, _) ->
                        probe.seen.add("desired " + twin.getDesiredProperties().get("play")),
                null,
                CALL_MILLIS);
        client.subscribeToMethods(
                (name, _, _) -> new DirectMethodResponse(200, Map.of("name", name)), null, CALL_MILLIS);
        return probe;
    }

    /** Sends; the stream learns of the acknowledgement when it comes. */
    void send(Stream stream) {
        Note note = Note.next(stream, Note.Kind.COLD);
        var message = new Message(Note.PAYLOAD);
        note.properties().forEach(message::setProperty);
        client.sendEventAsync(
                message,
                (_, failure, _) -> {
                    if (failure == null) {
                        stream.acknowledged(note.number());
                    }
                },
                null);
    }

    /** Desired and reported properties, a method and a message reach where they should. */
    void assertServed(Parent parent, String play) throws Exception {
        HubService service = parent.service();
        service.patchTwin(identity.clientId(), "{\"play\":\"" + play + "\"}");
        await("desired " + play);
        client.updateReportedProperties(new TwinCollection(Map.of("play", play)), CALL_MILLIS);
        Waits.until(
                "what " + this + " reports to be at the parent",
                LIMIT,
                () -> service.twin(identity.clientId())
                        .at("/properties/reported/play")
                        .asText()
                        .equals(play));
        assertThat(service.method(identity.clientId(), "ping", "{}")
                        .require(200)
                        .json()
                        .at("/payload/name")
                        .asText())
                .as("the answer of " + this)
                .isEqualTo("ping");
        if (protocol == IotHubClientProtocol.AMQPS) { // the SDK asks for no messages over MQTT behind a gateway
            try (CloudToDevice sender = parent.cloudToDevice()) {
                sender.send(identity.device(), AmqpMessage.data("{}").id(play));
            }
            await("message " + play);
        }
    }

    private void await(String what) throws Exception {
        Waits.until(this + " to see " + what, LIMIT, () -> seen.contains(what));
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return identity + " over " + protocol;
    }
}

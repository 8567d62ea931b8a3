package kant.conformance.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.MultiplexingClient;
import com.microsoft.azure.sdk.iot.device.MultiplexingClientOptions;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.Waits;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checks 91 and 92: the Java SDK's devices over every transport, leaf devices through the gateway included. */
class JavaDeviceTest {
    private static final Duration ARRIVAL = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofSeconds(1);

    @ParameterizedTest
    @MethodSource("kant.conformance.sdk.Way#all")
    void check_91_telemetry_arrives_with_every_property(Way way) throws Exception {
        SasIdentity device = way.hub().device("java");
        String id = Hub.fresh("java-telemetry");
        Message message = Way.message(id, "{\"n\":1}");
        message.setCorrelationId("c 1/&=%");
        message.setProperty("alarm", "hi & lo = 100 %");
        if (way.protocol() != IotHubClientProtocol.HTTPS) { // headers hold ASCII only
            message.setProperty("größe", "ü/ö");
        }
        DeviceClient client = way.device(device);
        client.open(false);
        try {
            client.sendEvent(message, Way.CALL_MILLIS);
        } finally {
            client.close();
        }

        JsonNode event = Doors.open().telemetry().await(id);
        assertThat(event.path("deviceId").asText()).isEqualTo(device.device());
        assertThat(event.path("body").path("n").asInt()).isEqualTo(1);
        assertThat(event.path("systemProperties").path("cid").asText()).isEqualTo("c 1/&=%");
        assertThat(event.path("systemProperties").path("contentType").asText()).isEqualTo("application/json");
        assertThat(event.path("systemProperties").path("contentEncoding").asText())
                .isEqualTo("utf-8");
        assertThat(event.path("properties").path("alarm").asText()).isEqualTo("hi & lo = 100 %");
        if (way.protocol() != IotHubClientProtocol.HTTPS) {
            assertThat(event.path("properties").path("größe").asText()).isEqualTo("ü/ö");
        }
    }

    /** The SDK has batches over HTTPS only. */
    @Test
    void check_91_a_batch_arrives_whole_and_in_order() throws Exception {
        var way = new Way(Hub.STAND_IN, IotHubClientProtocol.HTTPS);
        SasIdentity device = way.hub().device("java");
        DeviceClient client = way.device(device);
        client.open(false);
        try {
            client.sendEvents(
                    List.of(Way.message("b1", "{}"), Way.message("b2", "{}"), Way.message("b3", "{}")),
                    Way.CALL_MILLIS);
        } finally {
            client.close();
        }

        assertThat(Doors.open()
                        .telemetry()
                        .await(
                                "a batch of " + device,
                                3,
                                event -> event.path("deviceId").asText().equals(device.device())))
                .extracting(event ->
                        event.path("systemProperties").path("messageId").asText())
                .containsExactly("b1", "b2", "b3");
    }

    /** The SDK's MQTT client asks for no messages where it is behind a gateway, and cannot reject or abandon. */
    @ParameterizedTest
    @MethodSource("kant.conformance.sdk.Way#all")
    void check_91_messages_to_the_device_are_completed_rejected_and_abandoned(Way way) throws Exception {
        if (way.overMqtt() && way.hub() == Hub.EDGE_HUB) {
            return;
        }
        SasIdentity device = way.hub().device("java");
        List<String> came = new ArrayList<>();
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        DeviceClient client = way.device(device);
        client.setMessageCallback(
                (message, _) -> {
                    received.add(message);
                    String text = new String(message.getBytes(), StandardCharsets.UTF_8);
                    boolean first = !came.contains(text);
                    came.add(text);
                    return text.equals("reject")
                            ? IotHubMessageResult.REJECT
                            : text.equals("abandon") && first
                                    ? IotHubMessageResult.ABANDON
                                    : IotHubMessageResult.COMPLETE;
                },
                null);
        client.open(false);
        try (CloudToDevice service = Doors.open().cloudToDevice()) {
            service.send(
                    device.device(),
                    AmqpMessage.data("complete")
                            .id("c2d-1")
                            .with("p one", "v&=/1")
                            .with("größe", "ü"));

            Message message = received.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
            assertThat(message).as("a message to the device").isNotNull();
            assertThat(message.getMessageId()).isEqualTo("c2d-1");
            if (way.protocol() != IotHubClientProtocol.HTTPS) { // a header's name has no space
                assertThat(message.getProperty("p one")).isEqualTo("v&=/1");
                assertThat(message.getProperty("größe")).isEqualTo("ü");
            }
            if (!way.overMqtt()) {
                service.send(device.device(), AmqpMessage.data("reject").id("c2d-2"));
                service.send(device.device(), AmqpMessage.data("abandon").id("c2d-3"));
                List<String> texts = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    Message next = received.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
                    assertThat(next).as("message after " + texts).isNotNull();
                    texts.add(new String(next.getBytes(), StandardCharsets.UTF_8));
                }
                assertThat(texts).containsExactlyInAnyOrder("reject", "abandon", "abandon");
            }
            assertThat(received.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS))
                    .as("one more message")
                    .isNull();
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @MethodSource("kant.conformance.sdk.Way#connected")
    void check_91_the_twin_is_read_reported_and_followed(Way way) throws Exception {
        SasIdentity device = way.hub().device("java");
        Doors.open().service().patchTwin(device.clientId(), "{\"rate\":4}");
        BlockingQueue<Twin> patches = new LinkedBlockingQueue<>();
        DeviceClient client = way.device(device);
        client.open(false);
        try {
            client.subscribeToDesiredProperties((twin, _) -> patches.add(twin), null, Way.CALL_MILLIS);
            var answer = new AtomicReference<Twin>();
            Way.twin(millis -> answer.set(client.getTwin(millis)));
            Twin twin = answer.get();
            assertThat(number(twin, "rate")).isEqualTo(4);

            long version = Doors.open()
                    .service()
                    .patchTwin(device.clientId(), "{\"rate\":5}")
                    .at("/properties/desired/$version")
                    .asLong();
            Twin patch = patches.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
            while (patch != null && number(patch, "rate") != 5) {
                patch = patches.poll(ARRIVAL.toSeconds(), TimeUnit.SECONDS);
            }
            assertThat(patch).as("the desired patch").isNotNull();
            assertThat(patch.getDesiredProperties().getVersion()).isEqualTo((int) version);

            Way.twin(millis -> client.updateReportedProperties(new TwinCollection(Map.of("speed", 7)), millis));
        } finally {
            client.close();
        }
        Waits.until(
                "the reported property at the stand-in",
                ARRIVAL,
                () -> Doors.open()
                                .service()
                                .twin(device.clientId())
                                .at("/properties/reported/speed")
                                .asInt()
                        == 7);
    }

    private static int number(Twin twin, String name) {
        return ((Number) twin.getDesiredProperties().get(name)).intValue();
    }

    @ParameterizedTest
    @MethodSource("kant.conformance.sdk.Way#connected")
    void check_91_a_direct_method_is_answered(Way way) throws Exception {
        SasIdentity device = way.hub().device("java");
        DeviceClient client = way.device(device);
        client.open(false);
        try {
            client.subscribeToMethods(
                    (name, payload, _) -> new DirectMethodResponse(
                            217, Map.of("name", name, "got", payload.getPayloadAsJsonString())),
                    null,
                    Way.CALL_MILLIS);

            JsonNode answer = Doors.open()
                    .service()
                    .method(device.clientId(), "reboot", "{\"delay\":1}", 20, 15)
                    .require(200)
                    .json();
            assertThat(answer.path("status").asInt()).isEqualTo(217);
            assertThat(answer.path("payload").path("name").asText()).isEqualTo("reboot");
            assertThat(answer.path("payload").path("got").asText()).contains("delay");
        } finally {
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_92_three_devices_share_one_connection(Hub hub) throws Exception {
        var way = new Way(hub, IotHubClientProtocol.AMQPS);
        String host = hub.hostName(); // the SDK wants the devices' own host name, so the gateway is named as the hub
        List<SasIdentity> identities = List.of(hub.device("mux"), hub.device("mux"), hub.device("mux"));
        List<DeviceClient> devices = new ArrayList<>();
        for (SasIdentity identity : identities) {
            devices.add(new DeviceClient(
                    identity.connectionString().replace(identity.hub(), host),
                    IotHubClientProtocol.AMQPS,
                    way.options().build()));
        }
        var together = new MultiplexingClient(
                host,
                IotHubClientProtocol.AMQPS,
                MultiplexingClientOptions.builder().sslContext(hub.trust()).build());
        together.registerDeviceClients(devices, Way.CALL_MILLIS);
        together.open(false);
        try {
            for (int i = 0; i < devices.size(); i++) {
                devices.get(i).sendEvent(Way.message("mux-" + identities.get(i).device(), "{}"), Way.CALL_MILLIS);
            }
            together.unregisterDeviceClient(devices.getFirst(), Way.CALL_MILLIS);
            devices.getLast()
                    .sendEvent(Way.message("mux-after-" + identities.getLast().device(), "{}"), Way.CALL_MILLIS);
        } finally {
            together.close();
        }

        for (SasIdentity identity : identities) {
            assertThat(Doors.open()
                            .telemetry()
                            .await("mux-" + identity.device())
                            .path("deviceId")
                            .asText())
                    .isEqualTo(identity.device());
        }
        Doors.open().telemetry().await("mux-after-" + identities.getLast().device());
    }
}

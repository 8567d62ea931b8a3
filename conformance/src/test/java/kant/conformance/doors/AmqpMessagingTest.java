package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.HubService;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.AmqpMessage;
import kant.conformance.wire.AmqpReceiver;
import kant.conformance.wire.AmqpReceiver.Received;
import kant.conformance.wire.AmqpSender;
import org.apache.qpid.protonj2.types.UnsignedByte;
import org.apache.qpid.protonj2.types.UnsignedLong;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Data;
import org.apache.qpid.protonj2.types.messaging.Rejected;
import org.apache.qpid.protonj2.types.messaging.Released;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Checks 60 to 69: telemetry, messages to devices, methods and twins over AMQP. */
class AmqpMessagingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration QUIET = Duration.ofSeconds(1);
    private static final Duration CALL = Duration.ofSeconds(60);
    private static final int TIMESTAMP = 0x83;
    private static final int TOO_LARGE_BYTES = 262_144 + 1;
    private static final int ENVELOPE_BYTES = 1_048_576 - 1024;
    private static final int INNER_BYTES = 200_000;

    @ParameterizedTest
    @EnumSource
    void check_60_telemetry_is_accepted_and_what_is_too_large_rejected_with_a_reason(Hub hub) throws Exception {
        SasIdentity device = hub.device("c60");
        String id = Hub.fresh("accepted");
        try (AmqpClient client = hub.amqp(device)) {
            AmqpSender events = client.sender(device.path() + "/messages/events");

            DeliveryState outcome = events.send(AmqpMessage.data(new byte[TOO_LARGE_BYTES]));
            assertThat(outcome).isInstanceOf(Rejected.class);
            assertThat(((Rejected) outcome).getError().getCondition().toString())
                    .isEqualTo("amqp:link:message-size-exceeded");
            assertThat(events.send(AmqpMessage.data("{}").id(id).with("n", 1).with("b", true)))
                    .isInstanceOf(Accepted.class);
        }

        JsonNode event = Doors.open().telemetry().await(id);
        assertThat(event.path("properties").toString()).isEqualTo("{\"n\":\"1\",\"b\":\"true\"}");
    }

    @ParameterizedTest
    @EnumSource
    void check_61_a_batch_is_many_messages_in_order_with_one_disposition(Hub hub) throws Exception {
        SasIdentity device = hub.device("c61");
        List<AmqpMessage> three = List.of(
                AmqpMessage.data("1").id("one"),
                AmqpMessage.data("2").id("two").with("k", "v"),
                AmqpMessage.data("3").id("three"));
        try (AmqpClient client = hub.amqp(device)) {
            AmqpSender events = client.sender(device.path() + "/messages/events");

            assertThat(events.send(AmqpMessage.batch(three).encode(), AmqpSender.BATCH))
                    .isInstanceOf(Accepted.class);
            assertThat(events.send(
                            AmqpMessage.batch(List.of(AmqpMessage.data("4").id("four")))
                                    .encode(),
                            AmqpSender.BATCH))
                    .isInstanceOf(Accepted.class);
        }

        assertThat(Doors.open()
                        .telemetry()
                        .await(
                                "4 messages of " + device,
                                4,
                                event -> event.path("deviceId").asText().equals(device.device())))
                .extracting(event ->
                        event.path("systemProperties").path("messageId").asText())
                .containsExactly("one", "two", "three", "four");
    }

    @ParameterizedTest
    @EnumSource
    void check_61_an_envelope_as_large_as_advertised_is_taken(Hub hub) throws Exception {
        SasIdentity device = hub.device("c61");
        List<AmqpMessage> large = java.util.stream.IntStream.range(0, ENVELOPE_BYTES / (INNER_BYTES + 1000))
                .mapToObj(i -> AmqpMessage.data(new byte[INNER_BYTES]).id("large-" + i))
                .toList();
        try (AmqpClient client = hub.amqp(device)) {
            assertThat(client.sender(device.path() + "/messages/events")
                            .send(AmqpMessage.batch(large).encode(), AmqpSender.BATCH))
                    .isInstanceOf(Accepted.class);
        }

        Doors.open()
                .telemetry()
                .await(
                        large.size() + " messages of " + device,
                        large.size(),
                        event -> event.path("deviceId").asText().equals(device.device()));
    }

    @ParameterizedTest
    @EnumSource
    void check_62_a_message_to_a_device_is_completed_rejected_or_comes_again(Hub hub) throws Exception {
        SasIdentity device = hub.device("c62");
        try (AmqpClient client = hub.amqp(device);
                CloudToDevice service = Doors.open().cloudToDevice()) {
            AmqpReceiver feedback = service.feedback();
            AmqpReceiver receiver = client.receiver(device.path() + "/messages/deviceBound", 10);
            for (String id : List.of("accepted", "rejected", "released")) {
                service.send(
                        device.device(),
                        AmqpMessage.data(id).id(id + device.device()).with("iothub-ack", "full"));
            }
            receiver.receive().settle(Accepted.getInstance());
            receiver.receive().settle(new Rejected());
            receiver.receive().settle(Released.getInstance());

            Received again = receiver.receive();
            assertThat(again.message().text()).isEqualTo("released");
            assertThat(((UnsignedByte) again.message().annotation("iothub-deliverycount")).intValue())
                    .isEqualTo(1);
            again.settle(Accepted.getInstance());
            assertThat(outcomes(feedback, device, 3))
                    .isEqualTo(Map.of("accepted", "Success", "rejected", "Rejected", "released", "Success"));
        }
    }

    /** What feedback says of the messages to a device, by what their ids begin with. */
    private static Map<String, String> outcomes(AmqpReceiver feedback, SasIdentity device, int count) throws Exception {
        Map<String, String> outcomes = new java.util.HashMap<>();
        while (outcomes.size() < count) {
            for (JsonNode entry : JSON.readTree(feedback.accept().text())) {
                String id = entry.path("originalMessageId").asText();
                if (id.endsWith(device.device())) {
                    outcomes.put(
                            id.substring(0, id.length() - device.device().length()),
                            entry.path("statusCode").asText());
                }
            }
            feedback.credit(1);
        }
        return outcomes;
    }

    @ParameterizedTest
    @EnumSource
    void check_63_64_a_delivery_has_a_guid_as_its_tag_and_typed_annotations(Hub hub) throws Exception {
        SasIdentity device = hub.device("c63");
        try (AmqpClient client = hub.amqp(device);
                CloudToDevice service = Doors.open().cloudToDevice()) {
            AmqpReceiver receiver = client.receiver(device.path() + "/messages/devicebound", 1);
            service.send(device.device(), AmqpMessage.data("tagged").id("c63"));

            Received received = receiver.receive();
            assertThat(received.tag()).hasSize(16);
            assertThat(received.message().annotation("x-opt-lock-token"))
                    .hasToString(guid(received.tag()).toString());
            assertThat(received.typeCode("iothub-enqueuedtime")).isEqualTo(TIMESTAMP);
            assertThat(received.message().annotation("iothub-deliverycount")).isInstanceOf(UnsignedByte.class);
            assertThat(received.message().annotation("x-opt-sequence-number")).isInstanceOf(UnsignedLong.class);
        }
    }

    /** A GUID in the order of bytes that .NET writes. */
    private static UUID guid(byte[] tag) {
        ByteBuffer in = ByteBuffer.wrap(tag).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        long high = (long) in.getInt() << 32 | (in.getShort() & 0xffffL) << 16 | in.getShort() & 0xffffL;
        return new UUID(high, in.order(java.nio.ByteOrder.BIG_ENDIAN).getLong());
    }

    @ParameterizedTest
    @EnumSource
    void check_65_a_method_request_is_correlated_by_a_uuid_and_answered_by_uuid_or_text(Hub hub) throws Exception {
        SasIdentity device = hub.device("c65");
        String address = device.path() + "/methods/devicebound";
        Map<String, Object> pair = Map.of("com.microsoft:channel-correlation-id", "methods:" + UUID.randomUUID());
        try (AmqpClient client = hub.amqp(device)) {
            AmqpReceiver requests = client.receiver(address, 10, pair);
            AmqpSender answers = client.sender(address, pair);
            for (boolean asText : new boolean[] {false, true}) {
                Future<HubService.Answer> answer = call(device, "Re boot", asText ? "null" : "{\"a\":1}");

                AmqpMessage request = requests.accept();
                assertThat(request.correlation()).isInstanceOf(UUID.class);
                assertThat(request.application("IoThub-methodname")).isEqualTo("Re boot");
                assertThat(request.body()).singleElement().isInstanceOf(Data.class);
                Object id = asText ? request.correlation().toString() : request.correlation();
                answers.send(AmqpMessage.data("{\"done\":1}").correlation(id).with("IoThub-status", 207));

                assertThat(answer.get(CALL.toSeconds(), TimeUnit.SECONDS).json())
                        .isEqualTo(JSON.readTree("{\"status\":207,\"payload\":{\"done\":1}}"));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_66_67_68_twin_requests_are_accepted_and_answered_with_their_own_ids(Hub hub) throws Exception {
        SasIdentity device = hub.device("c66");
        Map<String, Object> pair = Map.of("com.microsoft:channel-correlation-id", "twin:" + UUID.randomUUID());
        try (AmqpClient client = hub.amqp(device)) {
            AmqpReceiver answers = client.receiver(device.path() + "/twin", 50, pair);
            AmqpSender requests = client.sender(device.path() + "/twin", pair);

            for (Object id : new Object[] {UUID.randomUUID(), "Get-1"}) {
                assertThat(requests.send(AmqpMessage.empty().correlation(id).annotated("operation", "GET")))
                        .as("an unsettled request is accepted")
                        .isInstanceOf(Accepted.class);
                AmqpMessage twin = answers.accept();
                assertThat(twin.correlation()).isEqualTo(id);
                assertThat(twin.annotation("status")).isEqualTo(200);
                assertThat(JSON.readTree(twin.text()).fieldNames())
                        .toIterable()
                        .containsExactlyInAnyOrder("desired", "reported");
            }
            requests.send(AmqpMessage.data("{\"speed\":66}")
                    .correlation("Patch-1")
                    .annotated("operation", "PATCH")
                    .annotated("resource", "/properties/reported"));
            AmqpMessage patched = answers.accept();
            assertThat(patched.correlation()).isEqualTo("Patch-1");
            assertThat((Integer) patched.annotation("status")).isIn(200, 204);

            requests.send(subscription("PUT").correlation("Put-1"));
            assertThat(answers.accept().annotation("status")).isEqualTo(200);
            Doors.open().service().patchTwin(device.clientId(), "{\"rate\":66}");
            AmqpMessage told = answers.accept();
            assertThat(told.correlation()).isNull();
            assertThat(JSON.readTree(told.text()).path("rate").asInt()).isEqualTo(66);

            requests.send(subscription("DELETE").correlation("Delete-1"));
            assertThat(answers.accept().annotation("status")).isEqualTo(200);
            Doors.open().service().patchTwin(device.clientId(), "{\"rate\":67}");
            assertThat(answers.staysEmptyFor(QUIET))
                    .as("nothing is told any more")
                    .isTrue();
        }
    }

    private static AmqpMessage subscription(String operation) {
        return AmqpMessage.empty()
                .annotated("operation", operation)
                .annotated("resource", "/notifications/twin/properties/desired");
    }

    @Test
    void check_69_a_module_gets_its_inputs_where_it_sends_its_events() throws Exception {
        SasIdentity sink = Doors.open().module("amqpSink");
        SasIdentity sender = Hub.EDGE_HUB.module("c69");
        try (AmqpClient to = Hub.EDGE_HUB.amqp(sink);
                AmqpClient from = Hub.EDGE_HUB.amqp(sender)) {
            AmqpReceiver inputs = to.receiver(sink.path() + "/messages/events", 10);
            from.sender(sender.path() + "/messages/events")
                    .send(AmqpMessage.data("to the sink").id("c69").with("sink", "amqpSink"));

            AmqpMessage input = inputs.accept();
            assertThat(input.text()).isEqualTo("to the sink");
            assertThat(input.annotation("x-opt-input-name")).isEqualTo("in1");
            assertThat(input.annotation("iothub-connection-device-id")).isEqualTo(Doors.DEVICE);
            assertThat(input.annotation("iothub-connection-module-id")).isEqualTo(sender.module());
            assertThat(input.properties().getMessageId()).isEqualTo("c69");
        }
    }

    private static Future<HubService.Answer> call(SasIdentity target, String name, String payload) {
        var task = new FutureTask<>(() -> Doors.open().service().method(target.clientId(), name, payload));
        Thread.ofVirtual().start(task);
        return task;
    }
}

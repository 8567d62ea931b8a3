package kant.iothub.door;

import static kant.iothub.fixture.AmqpPeer.message;
import static kant.iothub.fixture.AmqpPeer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import kant.iothub.fixture.AmqpPeer;
import kant.iothub.fixture.MqttPeer;
import kant.iothub.fixture.RunningHub;
import kant.model.identity.IdentityId;
import kant.protocol.tls.CertificateAuthority;
import kant.world.Randomness;
import kant.world.Time;
import org.apache.qpid.protonj2.client.Delivery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-in over AMQP with a client that is not Microsoft's: checks 53, 59, 62, 64, S12, S13 and S20. */
class AmqpTest {
    private static final IdentityId DEVICE = IdentityId.device("d");
    private static final IdentityId MODULE = IdentityId.module("d", "m");
    private static final String EVENTS = "/devices/d/messages/events";
    private static final String QUEUE = "/devices/d/messages/devicebound";
    private static final String SEND = "/messages/devicebound";
    private static final String FEEDBACK = "/messages/servicebound/feedback";

    @TempDir
    private Path directory;

    private CertificateAuthority authority;
    private RunningHub hub;
    private String key;

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.create("ours", Duration.ofDays(1), Time.system(), Randomness.secure());
        hub = new RunningHub(directory, authority.chain().getFirst());
        key = hub.create("/devices/d", "{}");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void check_s20_what_is_said_of_a_message_is_the_same_over_every_protocol() throws Exception {
        String moduleKey = hub.create("/devices/d/modules/m", "{}");
        try (var device = AmqpPeer.connect(hub, DEVICE, key);
                var module = AmqpPeer.connect(hub, MODULE, moduleKey);
                var mqtt = MqttPeer.connect(hub, DEVICE, key)) {
            mqtt.publish("devices/d/messages/events/", "mqtt");
            assertThat(module.send("/devices/d/modules/m/messages/events", message("amqp")))
                    .isEqualTo("accepted");
            hub.callAs(RunningHub.token(DEVICE, key), "POST", EVENTS, "https");
            assertThat(device.send(EVENTS, message("amqp").property("k", "v"))).isEqualTo("accepted");
        }

        JsonNode events = hub.callRaw(hub.owner(), "GET", "/kant/telemetry?max=10", null)
                .json()
                .path("events");
        assertThat(events).hasSize(4);
        for (JsonNode event : events) {
            assertThat(event.at("/systemProperties/connectionDeviceId").asText())
                    .isEqualTo("d");
            assertThat(event.at("/systemProperties/iothub-connection-auth-method")
                            .asText())
                    .contains("\"type\":\"sas\"");
            assertThat(event.at("/systemProperties/iothub-connection-auth-generation-id")
                            .asText())
                    .isNotEmpty();
        }
        assertThat(events.get(1).at("/systemProperties/connectionModuleId").asText())
                .isEqualTo("m");
        assertThat(events.get(3).at("/properties/k").asText()).isEqualTo("v");
    }

    @Test
    void check_62_a_device_accepts_rejects_and_releases_and_a_service_hears_of_it() throws Exception {
        try (var service = AmqpPeer.service(hub, "iothubowner", hub.owner());
                var device = AmqpPeer.connect(hub, DEVICE, key)) {
            service.listen(FEEDBACK);
            device.listen(QUEUE);
            for (String text : new String[] {"accept", "reject", "release"}) {
                assertThat(service.send(
                                SEND, message(text).to(QUEUE).messageId(text).property("iothub-ack", "full")))
                        .isEqualTo("accepted");
            }

            next(device, "accept").accept();
            next(device, "reject").reject("", "");
            next(device, "release").release();
            Delivery again = next(device, "release");
            again.accept();

            assertThat(again.message().annotation("iothub-deliverycount")).hasToString("1");
            StringBuilder told = new StringBuilder();
            while (!told.toString().contains("release")) {
                Delivery batch = service.next(FEEDBACK);
                told.append(text(batch));
                batch.accept();
            }
            assertThat(told.toString())
                    .containsPattern("accept\",\"description\":\"Success")
                    .containsPattern("reject\",\"description\":\"Rejected")
                    .containsPattern("release\",\"description\":\"Success");
        }
    }

    @Test
    void check_64_the_queues_own_properties_are_annotations() throws Exception {
        try (var device = AmqpPeer.connect(hub, DEVICE, key)) {
            device.listen(QUEUE);
            hub.call("POST", "/kant/devices/d/messages", "{'body':'hello','properties':{'k':'v'}}");

            Delivery delivery = next(device, "hello");

            assertThat(delivery.message().annotation("x-opt-sequence-number")).hasToString("1");
            assertThat(delivery.message().annotation("iothub-deliverycount")).hasToString("0");
            assertThat(delivery.message().annotation("iothub-enqueuedtime")).isNotNull();
            assertThat(delivery.message().property("k")).isEqualTo("v");
            assertThat(delivery.message().to()).isEqualTo(QUEUE);
            delivery.accept();
        }
    }

    @Test
    void check_s12_what_a_service_may_not_send_is_rejected_with_a_condition() throws Exception {
        try (var service = AmqpPeer.service(hub, "iothubowner", hub.owner())) {
            assertThat(service.send(SEND, message("x").to("/devices/nobody/messages/devicebound")))
                    .isEqualTo("amqp:not-found");
            assertThat(service.send(SEND, message("x".repeat(65 * 1024)).to(QUEUE)))
                    .isEqualTo("amqp:link:message-size-exceeded");
            for (int i = 0; i < 50; i++) {
                assertThat(service.send(SEND, message("x").to(QUEUE))).isEqualTo("accepted");
            }
            assertThat(service.send(SEND, message("x").to(QUEUE))).isEqualTo("amqp:resource-limit-exceeded");
        }
    }

    @Test
    void check_59_nobody_acts_as_somebody_else() throws Exception {
        hub.create("/devices/other", "{}");
        try (var device = AmqpPeer.connect(hub, DEVICE, key)) {
            assertThatThrownBy(() -> device.send("/devices/other/messages/events", message("x")))
                    .hasMessageContaining("amqp:unauthorized-access");
        }
        try (var device = AmqpPeer.connect(hub, DEVICE, key)) {
            assertThatThrownBy(() -> device.send(SEND, message("x").to(QUEUE)))
                    .hasMessageContaining("amqp:unauthorized-access");
        }
    }

    @Test
    void check_20_a_certificate_of_a_trusted_authority_needs_no_token() throws Exception {
        hub.create("/devices/x", "{'authentication':{'type':'certificateAuthority'}}");

        try (var device = AmqpPeer.connect(hub, hub.tls(authority.issueClient("x", Duration.ofHours(1))))) {
            assertThat(device.send("/devices/x/messages/events", message("hello")))
                    .isEqualTo("accepted");
            assertThatThrownBy(() -> device.send(EVENTS, message("x"))).hasMessageContaining("unauthorized");
        }
    }

    @Test
    void check_14_a_newer_connection_wins_over_any_protocol() throws Exception {
        try (var older = MqttPeer.connect(hub, DEVICE, key);
                var newer = AmqpPeer.connect(hub, DEVICE, key)) {
            assertThat(newer.send(EVENTS, message("hello"))).isEqualTo("accepted");

            older.awaitLoss();
        }
    }

    @Test
    void check_24_a_disabled_device_is_cut() throws Exception {
        try (var device = AmqpPeer.connect(hub, DEVICE, key)) {
            device.listen(QUEUE);
            hub.call("PUT", "/devices/d", "{'status':'disabled'}", "If-Match", "*");

            assertThatThrownBy(() -> device.next(QUEUE)).isInstanceOf(Exception.class);
        }
        try (var device = AmqpPeer.connect(hub, DEVICE, key)) {
            assertThatThrownBy(() -> device.send(EVENTS, message("x"))).hasMessageContaining("unauthorized");
        }
    }

    private static Delivery next(AmqpPeer device, String text) throws Exception {
        Delivery next = device.next(QUEUE);
        assertThat(text(next)).isEqualTo(text);
        return next;
    }
}

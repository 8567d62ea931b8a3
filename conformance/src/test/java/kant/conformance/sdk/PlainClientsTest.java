package kant.conformance.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.BytesMessage;
import jakarta.jms.Session;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.harness.CloudToDevice;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpMessage;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.apache.qpid.jms.JmsQueue;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients that are not Microsoft's, with IoT Hub's user names, topics and addresses: Eclipse Paho, Mosquitto's commands, Qpid JMS. */
class PlainClientsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @ParameterizedTest
    @CsvSource({
        "STAND_IN,ssl,8883,''",
        "EDGE_HUB,ssl,8883,''",
        "STAND_IN,wss,443,/$iothub/websocket",
        "EDGE_HUB,wss,443,/$iothub/websocket"
    })
    void paho_sends_and_receives(Hub hub, String scheme, int port, String path) throws Exception {
        SasIdentity device = hub.device("paho");
        String id = Hub.fresh("paho");
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        var options = new MqttConnectOptions();
        options.setUserName(device.userName());
        options.setPassword(device.token().toCharArray());
        options.setSocketFactory(hub.trust().getSocketFactory());
        options.setHttpsHostnameVerificationEnabled(false); // Paho checks the name of the address it dials
        try (var client = new MqttClient(
                        scheme + "://" + hub.hostName() + ":" + port + path,
                        device.clientId(),
                        new MemoryPersistence());
                CloudToDevice service = Doors.open().cloudToDevice()) {
            client.setTimeToWait(LIMIT.toMillis());
            client.connect(options);
            client.subscribe(
                    device.topics() + "messages/devicebound/#",
                    1,
                    (_, message) -> received.add(new String(message.getPayload(), StandardCharsets.UTF_8)));
            client.publish(device.topics() + "messages/events/%24.mid=" + id, new MqttMessage("{}".getBytes()));
            service.send(device.device(), AmqpMessage.data("to paho").id("p1"));

            assertThat(received.poll(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("to paho");
            client.disconnect();
        }
        Doors.open().telemetry().await(id);
    }

    @ParameterizedTest
    @EnumSource
    void mosquitto_publishes_and_subscribes(Hub hub) throws Exception {
        SasIdentity device = hub.device("mosquitto");
        String id = Hub.fresh("mosquitto");
        try (KantCommand publish = mosquitto(
                hub,
                "mosquitto_pub",
                device,
                "-q",
                "1",
                "-t",
                device.topics() + "messages/events/%24.mid=" + id + "&%24.ct=application%2Fjson&%24.ce=utf-8&k=v",
                "-m",
                "{\"n\":1}")) {
            KantCommand.Ended ended = publish.await(LIMIT);
            assertThat(ended.code()).as(ended.output()).isZero();
        }
        JsonNode event = Doors.open().telemetry().await(id);
        assertThat(event.path("properties").path("k").asText()).isEqualTo("v");
        assertThat(event.path("body").path("n").asInt()).isEqualTo(1);

        try (CloudToDevice service = Doors.open().cloudToDevice();
                KantCommand subscribe = mosquitto(
                        hub,
                        "mosquitto_sub",
                        device,
                        "-q",
                        "1",
                        "-C",
                        "1",
                        "-t",
                        device.topics() + "messages/devicebound/#")) {
            service.send(device.device(), AmqpMessage.data("to mosquitto").id("m1"));

            // It ends by itself: a signal in that moment can hang it.
            KantCommand.Ended ended = subscribe.await(LIMIT);
            assertThat(ended.output()).contains("to mosquitto");
            assertThat(ended.code()).isZero();
        }
    }

    private static KantCommand mosquitto(Hub hub, String program, SasIdentity device, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                program,
                "-h",
                hub.address(),
                "-p",
                Integer.toString(Hub.MQTTS),
                "-V",
                "mqttv311",
                "--cafile",
                hub.caFile(),
                "-i",
                device.clientId(),
                "-u",
                device.userName(),
                "-P",
                device.token()));
        command.addAll(List.of(more));
        return KantCommand.program(Doors.open().standIn().directory(), Map.of(), command);
    }

    @ParameterizedTest
    @EnumSource
    void qpid_jms_sends_and_receives_with_sasl_plain(Hub hub) throws Exception {
        SasIdentity device = hub.device("jms");
        String id = Hub.fresh("jms");
        var factory = new JmsConnectionFactory("amqps://" + hub.hostName() + ":" + Hub.AMQPS
                + "?amqp.saslMechanisms=PLAIN&jms.validatePropertyNames=false");
        factory.setSslContext(hub.trust());
        String user = device.device() + "@sas." + device.hub().split("\\.")[0];
        try (var connection = factory.createConnection(user, device.token());
                CloudToDevice service = Doors.open().cloudToDevice()) {
            connection.start();
            Session session = connection.createSession(false, Session.CLIENT_ACKNOWLEDGE);
            BytesMessage message = session.createBytesMessage();
            message.writeBytes("{}".getBytes(StandardCharsets.UTF_8));
            message.setStringProperty("id", id);
            session.createProducer(new JmsQueue(device.path() + "/messages/events"))
                    .send(message);
            Doors.open()
                    .telemetry()
                    .await(
                            "the message of JMS",
                            event -> event.at("/properties/id").asText().equals(id));

            var consumer = session.createConsumer(new JmsQueue(device.path() + "/messages/devicebound"));
            service.send(device.device(), AmqpMessage.data("to jms").id("j1"));
            jakarta.jms.Message received = consumer.receive(LIMIT.toMillis());
            assertThat(received).as("a message to the device").isNotNull();
            assertThat(new String(received.getBody(byte[].class), StandardCharsets.UTF_8))
                    .isEqualTo("to jms");
            received.acknowledge();
        }
    }
}

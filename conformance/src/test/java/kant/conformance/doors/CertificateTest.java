package kant.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.net.ssl.SSLContext;
import kant.conformance.Doors;
import kant.conformance.Hub;
import kant.conformance.harness.Certificates;
import kant.conformance.harness.MqttBytes;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.wire.AmqpClient;
import kant.conformance.wire.AmqpMessage;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Check 19: certificates instead of tokens, at MQTT and AMQP. Certificates of an authority (20) need one that both hubs trust for
 * devices: {@code edge-hub/auth} and {@code iot-hub/auth}'s unit tests check chain, name and validity.
 */
class CertificateTest {
    private static final int ACCEPTED = 0;
    private static final int UNAUTHORIZED = 5;

    @TempDir
    static Path folder;

    private static Certificates.Identity right;
    private static Certificates.Identity wrong;

    @BeforeAll
    static void make() throws Exception {
        right = Certificates.selfSigned(folder, "right", "");
        wrong = Certificates.selfSigned(folder, "wrong", "");
    }

    @ParameterizedTest
    @EnumSource
    void check_19_a_registered_certificate_lets_in_over_mqtt_and_another_does_not(Hub hub) throws Exception {
        SasIdentity device = certified(hub);

        assertThat(code(hub, device, right)).isEqualTo(ACCEPTED);
        assertThat(code(hub, device, wrong)).isEqualTo(UNAUTHORIZED);
    }

    private static int code(Hub hub, SasIdentity device, Certificates.Identity certificate) throws Exception {
        try (MqttSocket client = MqttSocket.on(hub.dial(Hub.MQTTS, tls(hub, certificate)))) {
            return client.connect(MqttBytes.Connect.as(device.clientId(), device.userName(), null))
                    .code();
        }
    }

    @ParameterizedTest
    @EnumSource
    void check_19_a_registered_certificate_opens_links_without_a_token(Hub hub) throws Exception {
        SasIdentity device = certified(hub);
        String id = Hub.fresh("certified");
        for (AmqpClient.Login login :
                new AmqpClient.Login[] {AmqpClient.Login.NO_SASL, new AmqpClient.Login("EXTERNAL", "", "")}) {
            try (AmqpClient client = hub.amqp(login, hub.dial(Hub.AMQPS, tls(hub, right)))) {
                assertThat(client.sender(device.path() + "/messages/events")
                                .send(AmqpMessage.data("{}").id(id)))
                        .as(login.toString())
                        .isInstanceOf(Accepted.class);
            }
        }

        assertThat(Doors.open().telemetry().await(id).path("deviceId").asText()).isEqualTo(device.device());
    }

    private static SasIdentity certified(Hub hub) throws Exception {
        String id = Hub.fresh("certified");
        Doors.open().service().certified(id, right.thumbprint(), hub == Hub.EDGE_HUB ? Doors.DEVICE : null);
        return new SasIdentity(Hub.STAND_IN.hostName(), id, null, null, null);
    }

    private static SSLContext tls(Hub hub, Certificates.Identity certificate) throws Exception {
        String caPem = hub == Hub.STAND_IN
                ? Doors.open().standIn().caPem()
                : Doors.open().edge().caPem();
        return certificate.tls(folder, caPem);
    }
}

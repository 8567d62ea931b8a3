package kant.protocol.mqtt;

import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import kant.model.auth.Credential;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.Carrier;
import kant.protocol.port.ClientInfo;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT asks for (device-protocols.md §1.2).
 *
 * @param keepAliveSeconds 0 where the client wants none
 */
record ConnectRequest(
        ClientInfo client, Credential credential, @Nullable Will will, int keepAliveSeconds) {
    private static final MqttConnectReturnCode BAD_VERSION =
            MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
    private static final MqttConnectReturnCode UNAVAILABLE =
            MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE;
    private static final MqttConnectReturnCode UNAUTHORIZED = MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED;

    /**
     * Reads one.
     *
     * @param certificates what the client showed in TLS; counts only where there is no password
     * @param carrier what carries the connection
     */
    static ConnectRequest read(MqttConnectMessage connect, List<X509Certificate> certificates, Carrier carrier)
            throws ConnectRefused {
        MqttConnectVariableHeader header = connect.variableHeader();
        if (header.version() != MqttVersion.MQTT_3_1_1.protocolLevel()) {
            throw new ConnectRefused(
                    BAD_VERSION, "MQTT level " + header.version() + " is not spoken here, only 4 (3.1.1)");
        }
        Username username = username(connect.payload());
        checkClientId(connect.payload(), username);
        var client = new ClientInfo(
                username.identity(),
                username.product(),
                username.modelId(),
                username.authChain(),
                !header.isCleanSession(),
                carrier == Carrier.WEB_SOCKET ? "mqttWs" : "mqtt");
        return new ConnectRequest(
                client,
                credential(connect.payload(), certificates),
                header.isWillFlag() ? will(connect, username) : null,
                header.keepAliveTimeSeconds());
    }

    /** The same after the client has taken its leave. */
    ConnectRequest withoutWill() {
        return new ConnectRequest(client, credential, null, keepAliveSeconds);
    }

    private static Username username(MqttConnectPayload payload) throws ConnectRefused {
        String text = payload.userName();
        if (text == null) {
            throw new ConnectRefused(UNAVAILABLE, "there is no user name");
        }
        try {
            return Username.parse(text);
        } catch (ProtocolViolation e) {
            throw new ConnectRefused(UNAVAILABLE, e.what());
        }
    }

    private static void checkClientId(MqttConnectPayload payload, Username username) throws ConnectRefused {
        if (!username.identity().text().equals(payload.clientIdentifier())) {
            throw new ConnectRefused(
                    UNAUTHORIZED,
                    "the client id " + ProtocolViolation.quote(payload.clientIdentifier())
                            + " is not the user name's identity \"" + username.identity() + "\"");
        }
    }

    private static Credential credential(MqttConnectPayload payload, List<X509Certificate> certificates)
            throws ConnectRefused {
        byte[] password = payload.passwordInBytes();
        if (password != null && password.length > 0) {
            try {
                return new Credential.Token(SasToken.parse(new String(password, StandardCharsets.UTF_8)));
            } catch (RefusedException e) {
                throw new ConnectRefused(
                        WireRefusal.of(e.refusal()).connack(), e.refusal().reason());
            }
        }
        return certificates.isEmpty() ? new Credential.None() : new Credential.Certificate(certificates);
    }

    private static Will will(MqttConnectMessage connect, Username username) throws ConnectRefused {
        try {
            String topic = connect.payload().willTopic();
            if (Topics.fromClient(topic, username.identity()) instanceof ClientTopic.Telemetry telemetry) {
                return new Will(
                        telemetry.bag(),
                        connect.payload().willMessageInBytes(),
                        connect.variableHeader().isWillRetain());
            }
            throw new ProtocolViolation("the topic " + ProtocolViolation.quote(topic) + " takes no messages");
        } catch (ProtocolViolation e) {
            throw new ConnectRefused(UNAUTHORIZED, "the will is not possible: " + e.what());
        }
    }
}

package kant.upstream.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The packets that a client sends. */
final class Packets {
    /** QoS 0 has no packet id; the field is not written then. */
    private static final int NO_PACKET_ID = -1;

    private Packets() {}

    /**
     * Begins a clean session: what is subscribed is known here, and a subscription that the parent remembered from before
     * would bring what nobody waits for.
     */
    static MqttConnectMessage connect(Login login, Duration keepAlive) {
        return MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .clientId(login.clientId())
                .username(login.username())
                .password(login.token().getBytes(StandardCharsets.UTF_8))
                .keepAlive((int) keepAlive.toSeconds())
                .cleanSession(true)
                .build();
    }

    /** At QoS 1; the payload is not copied here. */
    static MqttPublishMessage publish(int packetId, Request.Publish message) {
        return publish(MqttQoS.AT_LEAST_ONCE, packetId, message.topic(), Unpooled.wrappedBuffer(message.payload()));
    }

    /** At QoS 0, for what has an answer of its own. */
    static MqttPublishMessage publishOnce(String topic, byte[] payload) {
        return publish(MqttQoS.AT_MOST_ONCE, NO_PACKET_ID, topic, Unpooled.wrappedBuffer(payload));
    }

    private static MqttPublishMessage publish(MqttQoS qos, int packetId, String topic, ByteBuf payload) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, false, qos, false, 0),
                new MqttPublishVariableHeader(topic, packetId),
                payload);
    }

    static MqttSubscribeMessage subscribe(int packetId, Request.Subscribe request) {
        var builder = MqttMessageBuilders.subscribe().messageId(packetId);
        request.filters().forEach(filter -> builder.addSubscription(MqttQoS.AT_LEAST_ONCE, filter));
        return builder.build();
    }

    static MqttMessage unsubscribe(int packetId, Request.Unsubscribe request) {
        return MqttMessageBuilders.unsubscribe()
                .messageId(packetId)
                .addTopicFilter(request.filter())
                .build();
    }

    static MqttMessage acknowledge(int packetId) {
        return new MqttMessage(
                new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2),
                MqttMessageIdVariableHeader.from(packetId));
    }

    static MqttMessage ping() {
        return MqttMessage.PINGREQ;
    }

    static MqttMessage disconnect() {
        return MqttMessage.DISCONNECT;
    }
}

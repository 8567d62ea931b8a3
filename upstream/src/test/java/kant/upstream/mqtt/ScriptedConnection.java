package kant.upstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.upstream.RecordingListener;
import kant.upstream.UpstreamListener;
import kant.upstream.budget.Budget;
import kant.world.Tasks;
import kant.world.Time;

/** A connection in an embedded channel with a clock that stands still, and the parent's side of it, packet by packet. */
final class ScriptedConnection implements MqttConnection.Owner {
    final EmbeddedChannel channel = new EmbeddedChannel();
    final MqttConnection connection;
    final RecordingListener listener = new RecordingListener();
    final EnumSet<Feature> wanted = EnumSet.noneOf(Feature.class);

    /** What the owner was told: {@code ready}, {@code lost: …}, {@code refused: …}, {@code drained}, and what tests add. */
    final List<String> told = new ArrayList<>();

    private long deliveries;

    ScriptedConnection(IdentityId id, MqttLinkConfig config, Feature... wanted) {
        this.wanted.addAll(List.of(wanted));
        channel.freezeTime();
        var unlimited = new Budget(Tasks.virtual("budget"), Time.system());
        connection = new MqttConnection(channel, id, Given.login(id), config, unlimited, this);
        channel.pipeline().addLast(connection);
        channel.pipeline().fireChannelActive();
    }

    /** Logged in, with the subscriptions wanted at the start. */
    static ScriptedConnection ready(IdentityId id, MqttLinkConfig config, Feature... wanted) {
        var scripted = new ScriptedConnection(id, config, wanted);
        scripted.expect(MqttConnectMessage.class);
        scripted.connack(MqttConnectReturnCode.CONNECTION_ACCEPTED);
        scripted.suback(scripted.expect(MqttSubscribeMessage.class));
        assertThat(scripted.told).containsExactly("ready");
        scripted.told.clear();
        return scripted;
    }

    // ---- the parent's side

    /** The next packet that was sent must be of this kind. */
    <T extends MqttMessage> T expect(Class<T> kind) {
        channel.runPendingTasks();
        MqttMessage packet = channel.readOutbound();
        assertThat(packet).as("the next packet").isInstanceOf(kind);
        return kind.cast(packet);
    }

    MqttMessage expect(MqttMessageType type) {
        MqttMessage packet = expect(MqttMessage.class);
        assertThat(packet.fixedHeader().messageType()).isEqualTo(type);
        return packet;
    }

    void expectNothing() {
        channel.runPendingTasks();
        assertThat((Object) channel.readOutbound())
                .as("a packet nobody expects")
                .isNull();
    }

    void connack(MqttConnectReturnCode code) {
        receive(new MqttConnAckMessage(header(MqttMessageType.CONNACK, 2), new MqttConnAckVariableHeader(code, false)));
    }

    void suback(MqttSubscribeMessage subscribe) {
        suback(
                subscribe,
                subscribe.payload().topicSubscriptions().stream()
                        .mapToInt(_ -> 1)
                        .toArray());
    }

    void suback(MqttSubscribeMessage subscribe, int... codes) {
        receive(new MqttSubAckMessage(
                header(MqttMessageType.SUBACK, 0),
                MqttMessageIdVariableHeader.from(subscribe.variableHeader().messageId()),
                new MqttSubAckPayload(codes)));
    }

    void acknowledge(MqttMessageType type, int packetId) {
        receive(new MqttMessage(header(type, 2), MqttMessageIdVariableHeader.from(packetId)));
    }

    void puback(MqttPublishMessage publish) {
        acknowledge(MqttMessageType.PUBACK, publish.variableHeader().packetId());
    }

    void publish(MqttQoS qos, int packetId, String topic, String payload) {
        publish(qos, packetId, topic, payload, false);
    }

    void publish(MqttQoS qos, int packetId, String topic, String payload, boolean dup) {
        receive(new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, dup, qos, false, 0),
                new MqttPublishVariableHeader(topic, packetId),
                Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8)));
    }

    void pingresp() {
        receive(MqttMessage.PINGRESP);
    }

    void receive(Object packet) {
        channel.writeInbound(packet);
        channel.runPendingTasks();
    }

    void pass(Duration time) {
        channel.advanceTimeBy(time.toNanos(), TimeUnit.NANOSECONDS);
        channel.runScheduledPendingTasks();
    }

    static String text(MqttPublishMessage publish) {
        return publish.payload().toString(StandardCharsets.UTF_8);
    }

    private static MqttFixedHeader header(MqttMessageType type, int length) {
        return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, length);
    }

    // ---- the owner's side

    @Override
    public UpstreamListener listener() {
        return listener;
    }

    @Override
    public long nextDeliveryId() {
        return ++deliveries;
    }

    @Override
    public Set<Feature> subscriptions() {
        return wanted;
    }

    @Override
    public void ready(MqttConnection opened) {
        told.add("ready");
    }

    @Override
    public void lost(String reason) {
        told.add("lost: " + reason);
    }

    @Override
    public void unreached(String reason) {
        told.add("unreached: " + reason);
    }

    @Override
    public void refused(Refusal refusal) {
        told.add("refused: " + refusal);
    }

    @Override
    public void drained() {
        told.add("drained");
    }
}

package kant.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.model.auth.SasToken;
import kant.model.identity.IdentityId;
import kant.protocol.head.ClosingLog;
import kant.protocol.net.Admission;
import org.slf4j.LoggerFactory;

/** One client's end of a connection to a head under test, bytes both ways, on a clock that the test moves. */
final class Wire {
    static final String KEY = "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy0tLS0tLS0tLS0=";
    static final IdentityId DEVICE = IdentityId.device("dev1");
    static final IdentityId MODULE = IdentityId.module("edge1", "mod1");

    /** Tests end with packets unread; nobody need release them. */
    private static final ByteBufAllocator UNPOOLED = new UnpooledByteBufAllocator(false, true);

    final MemoryHub hub;
    final TestTime time;
    final Server server = new Server();
    private final EmbeddedChannel codec = new EmbeddedChannel(new MqttDecoder(1 << 20, 1024), MqttEncoder.INSTANCE);
    private int packetId;

    /** The head's end of the socket, which can be made to stop draining. */
    static final class Server extends EmbeddedChannel {
        private boolean stuck;

        Server() {
            super(DefaultChannelId.newInstance(), false, false);
        }

        void stick() {
            stuck = true;
        }

        void unstick() {
            stuck = false;
            flush();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!stuck) {
                super.doWrite(in);
            }
        }
    }

    Wire(MemoryHub hub, TestTime time, HeadContext head) {
        this.hub = hub;
        this.time = time;
        MqttPipeline.add(server, head);
        try {
            server.register();
            server.freezeTime();
            server.config().setAllocator(UNPOOLED);
            codec.config().setAllocator(UNPOOLED);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Wire to(MemoryHub hub) {
        var time = new TestTime();
        return new Wire(hub, time, head(hub, time, 10));
    }

    static HeadContext head(MemoryHub hub, TestTime time, int maxConnections) {
        var config = new MqttConfig(maxConnections);
        return new HeadContext(
                config,
                hub,
                time,
                new Admission(maxConnections),
                SessionMemory.of(maxConnections),
                new ClosingLog(LoggerFactory.getLogger(MqttService.class), time));
    }

    /** A client that is in, with no state of an earlier one. */
    static Wire connected(MemoryHub hub, IdentityId identity) {
        Wire wire = to(hub);
        wire.send(connect(identity, wire.time, c -> {}));
        assertAccepted(wire.receive(MqttConnAckMessage.class));
        return wire;
    }

    static MqttMessage connect(
            IdentityId identity, TestTime time, Consumer<MqttMessageBuilders.ConnectBuilder> change) {
        var builder = MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .clientId(identity.text())
                .username(
                        "hub.kant.test/" + identity.text() + "/?api-version=2020-09-30&DeviceClientType=test%2F1%20(x)")
                .password(token(identity, time.now().plusSeconds(3600)).getBytes(StandardCharsets.UTF_8))
                .hasUser(true)
                .hasPassword(true)
                .cleanSession(true)
                .keepAlive(230);
        change.accept(builder);
        return builder.build();
    }

    static String token(IdentityId identity, Instant expires) {
        return SasToken.sign("hub.kant.test/devices/" + identity.deviceId(), KEY, expires, "");
    }

    private static void assertAccepted(MqttConnAckMessage connack) {
        if (connack.variableHeader().connectReturnCode().byteValue() != 0) {
            throw new AssertionError("not accepted: " + connack);
        }
    }

    // ---- client to head

    void send(MqttMessage packet) {
        sendBytes(encode(packet));
    }

    byte[] encode(MqttMessage packet) {
        codec.writeOutbound(packet);
        ByteBuf all = Unpooled.buffer();
        for (ByteBuf part = codec.readOutbound(); part != null; part = codec.readOutbound()) {
            all.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(all);
    }

    void sendBytes(byte[] bytes) {
        if (server.isOpen()) {
            server.writeInbound(Unpooled.wrappedBuffer(bytes));
        }
        server.runPendingTasks();
    }

    /** Sends a PUBLISH and says its packet id. */
    int publish(String topic, int qos, String payload) {
        int id = qos == 0 ? 0 : ++packetId;
        send(packet(topic, qos, id, payload));
        return id;
    }

    static MqttPublishMessage packet(String topic, int qos, int packetId, String payload) {
        return MqttMessageBuilders.publish()
                .topicName(topic)
                .qos(MqttQoS.valueOf(qos))
                .messageId(packetId)
                .payload(Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8))
                .build();
    }

    void acknowledge(int id) {
        send(new MqttPubAckMessage(
                new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                MqttMessageIdVariableHeader.from(id)));
    }

    /** Subscribes and says what was granted. */
    List<Integer> subscribe(int qos, String... filters) {
        var builder = MqttMessageBuilders.subscribe().messageId(++packetId);
        for (String filter : filters) {
            builder.addSubscription(MqttQoS.valueOf(qos), filter);
        }
        send(builder.build());
        return receive(MqttSubAckMessage.class).payload().grantedQoSLevels();
    }

    void plain(MqttMessageType type) {
        send(new MqttMessage(new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0)));
    }

    /** The client's socket breaks. */
    void cut() {
        server.close();
        server.runPendingTasks();
    }

    void advance(Duration by) {
        time.advance(by);
        server.advanceTimeBy(by.toNanos(), TimeUnit.NANOSECONDS);
        server.runScheduledPendingTasks();
        server.runPendingTasks();
    }

    // ---- head to client

    /** The next packet, which must be of this type. */
    <T extends MqttMessage> T receive(Class<T> type) {
        MqttMessage next = next();
        if (!type.isInstance(next)) {
            throw new AssertionError("expected " + type.getSimpleName() + ", came " + next);
        }
        return type.cast(next);
    }

    /** The packet ids of all PUBACKs that wait; anything else is a mistake. */
    List<Integer> acknowledgements() {
        List<Integer> ids = new ArrayList<>();
        for (MqttMessage next = next(); next != null; next = next()) {
            ids.add(((MqttPubAckMessage) next).variableHeader().messageId());
        }
        return ids;
    }

    MqttMessage next() {
        server.runPendingTasks();
        for (ByteBuf bytes = server.readOutbound(); bytes != null; bytes = server.readOutbound()) {
            codec.writeInbound(bytes);
        }
        return codec.readInbound();
    }

    boolean isOpen() {
        server.runPendingTasks();
        return server.isOpen();
    }

    static String text(MqttPublishMessage packet) {
        return packet.payload().toString(StandardCharsets.UTF_8);
    }
}

package kant.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdAndPropertiesVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttProperties;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttSubAckPayload;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttTopicSubscription;
import io.netty.handler.codec.mqtt.MqttUnsubAckMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.model.message.Message;
import kant.model.twin.MethodResult;
import kant.protocol.head.Failures;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Writes;
import kant.protocol.port.Session;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A client after its CONNACK: its packets become calls on its session, and the answers become packets. */
@OnLoop
final class OpenClient {
    private static final Logger log = LoggerFactory.getLogger(OpenClient.class);

    /** SUBSCRIBE and UNSUBSCRIBE packets that the hub has not answered; with more the client is not read any further. */
    private static final int MAX_UNANSWERED = 16;

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);
    private static final MqttMessage PINGRESP = new MqttMessage(answer(MqttMessageType.PINGRESP));

    private final Channel channel;
    private final Session session;
    private final Owner owner;
    private final Subscriptions subscriptions;
    private final InboundPublishes publishes;
    private final OutboundPackets packets;
    private final TwinRequests twins;
    private int unanswered;

    /** The connection that a client is on. */
    interface Owner {
        /** Ends the connection because the hub did not take a message: MQTT 3.1.1 has no other "no". */
        void refused(Throwable failure);

        /** There may be room for more of the client's packets. */
        void resume();
    }

    /** @param memory where the client's subscriptions are kept, null for a clean session */
    OpenClient(
            Channel channel,
            Session session,
            MqttClientLink link,
            MqttLimits limits,
            @Nullable SessionMemory memory,
            Owner owner) {
        this.channel = channel;
        this.session = session;
        this.owner = owner;
        subscriptions = new Subscriptions(session, memory);
        publishes = new InboundPublishes(channel, this::acknowledge);
        packets = new OutboundPackets(channel, session, subscriptions, link, limits.settlement());
        twins = new TwinRequests(channel, session, subscriptions, packets, owner::resume);
    }

    /** Whether the client has to wait: for the hub to answer, or for itself to read what it was sent. */
    boolean isBusy() {
        return publishes.isFull() || twins.isFull() || unanswered >= MAX_UNANSWERED || !channel.isWritable();
    }

    /** Whether there was something left of an earlier connection. */
    boolean isResumed() {
        return subscriptions.areResumed();
    }

    /** Sends what the hub has for the client, as far as the socket takes it. */
    void drain() {
        packets.drain();
    }

    /** All that came in one go has been handled. */
    void pause() {
        packets.settle();
    }

    /** Handles one packet; PUBLISH payloads are copied out of it. */
    void handle(MqttMessage packet) throws ProtocolViolation {
        switch (packet.fixedHeader().messageType()) {
            case PUBLISH -> publish((MqttPublishMessage) packet);
            case PUBACK ->
                packets.acknowledged(
                        ((MqttPubAckMessage) packet).variableHeader().messageId());
            case SUBSCRIBE -> subscribe((MqttSubscribeMessage) packet);
            case UNSUBSCRIBE -> unsubscribe((MqttUnsubscribeMessage) packet);
            case PINGREQ -> Writes.write(channel, PINGRESP);
            case CONNECT -> throw new ProtocolViolation("a second CONNECT on one connection");
            case PUBREC, PUBREL, PUBCOMP ->
                throw new ProtocolViolation("a packet of quality 2, which is not spoken here");
            case CONNACK, SUBACK, UNSUBACK, PINGRESP, DISCONNECT, AUTH ->
                throw new ProtocolViolation(
                        "a client does not send " + packet.fixedHeader().messageType());
        }
    }

    /** The connection is gone; the hub takes back what is unsettled. */
    void close() {
        packets.close();
        session.close();
    }

    /** Sends a message on behalf of the client whose connection broke. */
    void send(Will will) {
        session.send(will.message(session.identity())).whenComplete((_, failure) -> {
            if (failure != null) {
                log.atInfo()
                        .addKeyValue("client", session.identity())
                        .addKeyValue("reason", Failures.cause(failure).getMessage())
                        .log("the client's will was not taken");
            }
        });
    }

    private void publish(MqttPublishMessage packet) throws ProtocolViolation {
        if (packet.fixedHeader().qosLevel() == MqttQoS.EXACTLY_ONCE) {
            throw new ProtocolViolation("a PUBLISH with quality 2, which is not spoken here");
        }
        switch (Topics.fromClient(packet.variableHeader().topicName(), session.identity())) {
            case ClientTopic.Telemetry(PropertyBag bag) -> accept(packet, session.send(message(packet, bag)));
            case ClientTopic.TwinGet(String requestId) -> {
                accept(packet, DONE);
                twins.get(requestId);
            }
            case ClientTopic.TwinPatch patch -> {
                accept(packet, DONE);
                twins.report(patch, bytes(packet));
            }
            case ClientTopic.MethodResponse(int status, String requestId) -> {
                accept(packet, DONE);
                session.methodResult(requestId, new MethodResult(status, bytes(packet)));
            }
        }
    }

    private void accept(MqttPublishMessage packet, CompletionStage<Void> stage) {
        boolean acknowledged = packet.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE;
        publishes.add(
                acknowledged ? packet.variableHeader().packetId() : InboundPublishes.NO_PACKET_ID,
                packet.payload().readableBytes(),
                stage);
    }

    private Message message(MqttPublishMessage packet, PropertyBag bag) {
        return new Message(
                session.identity(),
                bag.system(),
                TelemetryFlags.mark(bag.properties(), packet.fixedHeader()),
                bytes(packet));
    }

    private void acknowledge() {
        Throwable failure = publishes.drain(packetId -> Writes.write(
                channel,
                new MqttPubAckMessage(answer(MqttMessageType.PUBACK), MqttMessageIdVariableHeader.from(packetId))));
        if (failure != null) {
            owner.refused(Failures.cause(failure));
            return;
        }
        owner.resume();
        channel.flush();
    }

    private void subscribe(MqttSubscribeMessage packet) throws ProtocolViolation {
        if (packet.payload().topicSubscriptions().isEmpty()) {
            throw new ProtocolViolation("a SUBSCRIBE has no topic filter [MQTT-3.8.3-3]");
        }
        List<CompletableFuture<Integer>> codes = new ArrayList<>();
        for (MqttTopicSubscription wanted : packet.payload().topicSubscriptions()) {
            codes.add(subscriptions
                    .add(wanted.topicFilter(), wanted.qualityOfService().value())
                    .exceptionally(this::refusedSubscription)
                    .toCompletableFuture());
        }
        whenAll(codes, () -> {
            subscriptions.forgetRefused();
            var granted = new MqttSubAckPayload(
                    codes.stream().map(CompletableFuture::join).toList());
            Writes.write(
                    channel,
                    new MqttSubAckMessage(answer(MqttMessageType.SUBACK), idOf(packet.variableHeader()), granted));
        });
    }

    private Integer refusedSubscription(Throwable failure) {
        log.atInfo()
                .addKeyValue("client", session.identity())
                .addKeyValue("reason", Failures.cause(failure).getMessage())
                .log("subscription refused");
        return Subscriptions.FAILURE;
    }

    private void unsubscribe(MqttUnsubscribeMessage packet) throws ProtocolViolation {
        if (packet.payload().topics().isEmpty()) {
            throw new ProtocolViolation("an UNSUBSCRIBE has no topic filter [MQTT-3.10.3-2]");
        }
        List<CompletableFuture<Void>> removed = new ArrayList<>();
        for (String filter : packet.payload().topics()) {
            // MQTT has no "no" here either: the client gets nothing more on this connection, whatever the hub says
            removed.add(subscriptions.remove(filter).exceptionally(_ -> null).toCompletableFuture());
        }
        whenAll(
                removed,
                () -> Writes.write(
                        channel,
                        new MqttUnsubAckMessage(answer(MqttMessageType.UNSUBACK), idOf(packet.variableHeader()))));
    }

    /** Answers on the loop when the hub has answered everything; never blocks. */
    private void whenAll(List<? extends CompletableFuture<?>> stages, Runnable answer) {
        unanswered++;
        var _ = CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new))
                .whenComplete((_, _) -> ChannelTasks.run(channel, () -> {
                    unanswered--;
                    answer.run();
                    owner.resume();
                    channel.flush();
                }));
    }

    private static MqttMessageIdAndPropertiesVariableHeader idOf(MqttMessageIdVariableHeader header) {
        return new MqttMessageIdAndPropertiesVariableHeader(header.messageId(), MqttProperties.NO_PROPERTIES);
    }

    private static MqttFixedHeader answer(MqttMessageType type) {
        return new MqttFixedHeader(type, false, MqttQoS.AT_MOST_ONCE, false, 0);
    }

    /** The one copy that a payload sees between socket and log: the socket's buffer goes back to its pool at once. */
    private static byte[] bytes(MqttPublishMessage packet) {
        ByteBuf payload = packet.payload();
        return ByteBufUtil.getBytes(payload);
    }
}

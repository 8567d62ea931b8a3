package kant.protocol.mqtt;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.TwinPatch;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Writes;
import kant.protocol.port.Session;
import kant.protocol.twin.TwinJson;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what the hub has for a client while the socket has room, and settles it: quality 0 when it has left, quality 1 by
 * its PUBACK. MQTT has no "no" for a message, so one that is not acknowledged in time is given back to the hub.
 */
@OnLoop
final class OutboundPackets {
    private static final Logger log = LoggerFactory.getLogger(OutboundPackets.class);

    /** MQTT 3.1.1 §1.5.3: a string has two bytes of length. */
    private static final int MAX_TOPIC_BYTES = 65_535;

    private final Channel channel;
    private final Session session;
    private final Subscriptions subscriptions;
    private final MqttClientLink link;
    private final Duration settlement;
    private final UnsettledDeliveries unsettled = new UnsettledDeliveries();

    /** Acknowledged by the client; the hub hears of it when all that came in one go has been read. */
    private final List<Long> taken = new ArrayList<>();

    private @Nullable ScheduledFuture<?> timer;

    OutboundPackets(
            Channel channel, Session session, Subscriptions subscriptions, MqttClientLink link, Duration settlement) {
        this.channel = channel;
        this.session = session;
        this.subscriptions = subscriptions;
        this.link = link;
        this.settlement = settlement;
    }

    /** Writes as long as the socket takes it; the rest waits in the link. */
    void drain() {
        link.awake();
        boolean written = false;
        while (channel.isWritable()) {
            MqttClientLink.Outbound next = link.next();
            if (next == null) {
                break;
            }
            write(next);
            written = true;
        }
        if (written) {
            channel.flush();
        }
    }

    /** Writes a PUBLISH that the hub need not hear of again. */
    void publish(String topic, int qos, byte[] payload) {
        Writes.write(channel, packet(topic, qos, qos == 0 ? 0 : unsettled.nextPacketId(), false, payload));
    }

    /** The client has taken a message; an unknown packet id is a late or a needless PUBACK and means nothing. */
    void acknowledged(int packetId) {
        OptionalLong delivery = unsettled.acknowledge(packetId);
        if (delivery.isPresent()) {
            taken.add(delivery.getAsLong());
        }
    }

    /** Tells the hub of all that {@link #acknowledged} was told since. */
    void settle() {
        if (!taken.isEmpty()) {
            List<Long> all = List.copyOf(taken);
            taken.clear();
            session.accept(all);
        }
    }

    void close() {
        settle();
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void write(MqttClientLink.Outbound next) {
        switch (next) {
            case MqttClientLink.Outbound.Message(Delivery delivery) -> deliver(delivery);
            case MqttClientLink.Outbound.Desired(TwinPatch patch) -> desired(patch);
            case MqttClientLink.Outbound.Call(MethodCall call) -> invoke(call);
        }
    }

    private void deliver(Delivery delivery) {
        Subscriptions.Subscription subscription = subscriptions.of(delivery.feature());
        if (subscription == null) {
            session.settle(delivery.id(), Settlement.RELEASED); // the client has just unsubscribed
            return;
        }
        String topic = DeliveryTopic.of(delivery, session.identity(), subscription.prefix());
        if (ByteBufUtil.utf8Bytes(topic) > MAX_TOPIC_BYTES) {
            log.atWarn()
                    .addKeyValue("client", session.identity())
                    .addKeyValue("bytes", ByteBufUtil.utf8Bytes(topic))
                    .log("message rejected: its properties do not fit into an MQTT topic");
            session.settle(delivery.id(), Settlement.REJECTED);
            return;
        }
        if (qos(delivery, subscription) == 0) {
            sendOnce(delivery, topic);
        } else {
            sendAcknowledged(delivery, topic);
        }
    }

    private static int qos(Delivery delivery, Subscriptions.Subscription subscription) {
        return "0".equals(delivery.message().properties().get(TelemetryFlags.QOS)) ? 0 : subscription.qos();
    }

    private void sendOnce(Delivery delivery, String topic) {
        MqttPublishMessage packet =
                packet(topic, 0, 0, false, delivery.message().payload());
        var _ = channel.write(packet).addListener(sent -> {
            if (sent.isSuccess()) {
                session.settle(delivery.id(), Settlement.ACCEPTED);
            }
        });
    }

    private void sendAcknowledged(Delivery delivery, String topic) {
        int packetId = unsettled.nextPacketId();
        unsettled.add(packetId, delivery.id(), now());
        boolean repeated = delivery.deliveryCount() > 0;
        Writes.write(
                channel, packet(topic, 1, packetId, repeated, delivery.message().payload()));
        if (timer == null) {
            schedule(settlement.toNanos());
        }
    }

    private void desired(TwinPatch patch) {
        Subscriptions.Subscription subscription = subscriptions.of(Feature.DESIRED);
        if (subscription != null) {
            publish(Topics.desired(patch.version()), subscription.qos(), TwinJson.bytes(patch));
        }
    }

    private void invoke(MethodCall call) {
        Subscriptions.Subscription subscription = subscriptions.of(Feature.METHODS);
        if (subscription != null) {
            publish(Topics.method(call.name(), call.requestId()), subscription.qos(), call.payload());
        }
    }

    private static MqttPublishMessage packet(String topic, int qos, int packetId, boolean repeated, byte[] payload) {
        var header = new MqttFixedHeader(MqttMessageType.PUBLISH, repeated, MqttQoS.valueOf(qos), false, 0);
        return new MqttPublishMessage(
                header, new MqttPublishVariableHeader(topic, packetId), Unpooled.wrappedBuffer(payload));
    }

    private void giveBackOverdue() {
        timer = null;
        long overdue = now() - settlement.toNanos();
        int givenBack = 0;
        for (var delivery = unsettled.takeSentBefore(overdue);
                delivery.isPresent();
                delivery = unsettled.takeSentBefore(overdue)) {
            session.settle(delivery.getAsLong(), Settlement.RELEASED);
            givenBack++;
        }
        if (givenBack > 0) {
            log.atWarn()
                    .addKeyValue("client", session.identity())
                    .addKeyValue("messages", givenBack)
                    .addKeyValue("waitedMillis", settlement.toMillis())
                    .log("the client did not acknowledge in time, the messages will be sent again");
        }
        unsettled.oldestNanos().ifPresent(oldest -> schedule(oldest - overdue));
    }

    private void schedule(long delayNanos) {
        timer = ChannelTasks.after(channel, Duration.ofNanos(delayNanos), this::giveBackOverdue);
    }

    /** The loop's own clock, the one that its timers go by. */
    private long now() {
        return channel.eventLoop().ticker().nanoTime();
    }
}

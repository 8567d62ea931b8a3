package kant.upstream.mqtt;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.twin.MethodCall;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.mqtt.HubTopic;
import kant.protocol.mqtt.Topics;
import kant.upstream.UpstreamListener;
import kant.upstream.drive.TwinJson;
import kant.upstream.drive.TwinRequests;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the parent publishes on one connection: read, told, and remembered while it waits to be settled. What cannot be read
 * is logged and settled: were the connection closed for it, the parent would send it again, and again. Owned by the event
 * loop.
 */
final class Inbox {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    /** MQTT does not say how long the caller waits: as long as the longest call, and a little (edgeHub's 5 min 30 s). */
    private static final Duration METHOD_TIMEOUT = Duration.ofSeconds(330);

    /** Who hears it. */
    interface Receiver {
        UpstreamListener listener();

        /** An id that no other delivery of the identity has, on any connection. */
        long nextDeliveryId();
    }

    private final IdentityId id;
    private final TwinRequests twins;
    private final Receiver receiver;
    private final Unsettled unsettled = new Unsettled();

    Inbox(IdentityId id, TwinRequests twins, Receiver receiver) {
        this.id = id;
        this.twins = twins;
        this.receiver = receiver;
    }

    /**
     * Takes one in.
     *
     * @return whether it is settled by that
     * @throws ProtocolViolation where the parent sends more than anybody could settle
     */
    boolean received(MqttPublishMessage publish) throws ProtocolViolation {
        HubTopic topic = readTopic(publish);
        if (topic == null) {
            return true;
        }
        byte[] payload = ByteBufUtil.getBytes(publish.payload());
        return switch (topic) {
            // whose messages these are is known without the topic: they came on this identity's connection
            case HubTopic.CloudToDevice(var _, var bag) ->
                deliver(publish, Feature.CLOUD_TO_DEVICE, null, Wire.cloudToDevice(id, bag, payload));
            case HubTopic.Input(var _, String input, var bag) ->
                deliver(publish, Feature.INPUTS, input, Wire.input(id, input, bag, payload));
            case HubTopic.Method(String name, String requestId) -> {
                receiver.listener().invoke(new MethodCall(requestId, name, payload, METHOD_TIMEOUT));
                yield true;
            }
            case HubTopic.TwinReply reply -> {
                twins.replied(reply.requestId(), reply.status(), reply.version(), payload);
                yield true;
            }
            case HubTopic.Desired(OptionalLong version) -> {
                desired(payload, version);
                yield true;
            }
        };
    }

    /** The packet to acknowledge for a delivery; empty where there is none. */
    OptionalInt take(long deliveryId) {
        return unsettled.take(deliveryId);
    }

    private @Nullable HubTopic readTopic(MqttPublishMessage publish) {
        try {
            return Topics.fromHub(publish.variableHeader().topicName());
        } catch (ProtocolViolation e) {
            unreadable("message", e.getMessage());
            return null;
        }
    }

    private boolean deliver(MqttPublishMessage publish, Feature feature, @Nullable String input, Message message)
            throws ProtocolViolation {
        long deliveryId = receiver.nextDeliveryId();
        boolean settled = publish.fixedHeader().qosLevel() == MqttQoS.AT_MOST_ONCE;
        if (!settled && !unsettled.add(deliveryId, publish.variableHeader().packetId())) {
            throw new ProtocolViolation("more than " + Unsettled.MOST + " messages at once");
        }
        int deliveryCount = publish.fixedHeader().isDup() ? 1 : 0;
        receiver.listener().deliver(new Delivery(deliveryId, feature, input, message, deliveryCount));
        return settled;
    }

    private void desired(byte[] payload, OptionalLong version) {
        try {
            receiver.listener().desired(TwinJson.patch(payload, version));
        } catch (IOException e) {
            unreadable("change of desired properties", e.getMessage());
        }
    }

    private void unreadable(String what, @Nullable String reason) {
        log.atWarn()
                .addKeyValue("identity", id)
                .addKeyValue("what", what)
                .addKeyValue("reason", reason)
                .log("what the parent sent is unreadable, dropped");
    }
}

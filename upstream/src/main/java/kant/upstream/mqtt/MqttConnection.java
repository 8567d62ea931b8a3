package kant.upstream.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.mqtt.Topics;
import kant.upstream.budget.Budget;
import kant.upstream.drive.Reason;
import kant.upstream.drive.TwinRequests;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One MQTT connection of one identity, from the open socket to its end: login, subscriptions, packets in and out, pings.
 * All state in it dies with it. Every method runs on the channel's event loop; after the end it tells its owner nothing.
 */
final class MqttConnection extends SimpleChannelInboundHandler<MqttMessage> {
    private static final Logger log = LoggerFactory.getLogger(MqttConnection.class);

    /** SUBACK's code for a refused subscription [MQTT-3.9.3]. */
    private static final int SUBSCRIPTION_REFUSED = 0x80;

    /** What its owner hears, besides what the {@link Inbox} brings. */
    interface Owner extends Inbox.Receiver {
        /** What is to be subscribed; asked until nothing is missing. */
        Set<Feature> subscriptions();

        /** Logged in, subscriptions restored. */
        void ready(MqttConnection connection);

        /** Ended, not by {@link #close}; what was in flight fails after this. */
        void lost(String reason);

        /** There never was a connection. */
        void unreached(String reason);

        /** Ended, because the parent does not want the identity. */
        void refused(Refusal refusal);

        /** After {@link #drain}: nothing is in flight any more. */
        void drained();
    }

    private enum Phase {
        OPENING,
        RESTORING,
        READY,
        DRAINING,
        ENDED
    }

    private final Channel channel;
    private final IdentityId id;
    private final Login login;
    private final MqttLinkConfig.MqttTiming timing;
    private final Owner owner;

    private final KeepAlive keepAlive;
    private final PacketWriter writer;
    private final Unacknowledged unacknowledged = new Unacknowledged();
    private final SendWindow sends;
    private final TwinRequests twins;
    private final Inbox inbox;
    private final EnumSet<Feature> subscribed = EnumSet.noneOf(Feature.class);

    /** What was restored together with something that the parent refused; asked for again when somebody subscribes it anew. */
    private final EnumSet<Feature> doubtful = EnumSet.noneOf(Feature.class);

    private Phase phase = Phase.OPENING;
    private @Nullable Future<?> nextCheck;

    MqttConnection(Channel channel, IdentityId id, Login login, MqttLinkConfig config, Budget budget, Owner owner) {
        this.channel = channel;
        this.id = id;
        this.login = login;
        this.timing = config.mqtt();
        this.owner = owner;
        keepAlive = new KeepAlive(
                timing.pingAfter(),
                timing.pingTimeout(),
                channel.eventLoop().ticker().nanoTime());
        writer = new PacketWriter(channel, keepAlive);
        sends = new SendWindow(writer, unacknowledged, config.inFlight(), config.window(), budget);
        twins = new TwinRequests(channel.eventLoop(), timing.request());
        inbox = new Inbox(id, twins, owner);
    }

    Login login() {
        return login;
    }

    // ---- what the owner asks

    void send(Request.Publish message) {
        sends.send(message);
    }

    TwinRequests twins() {
        return twins;
    }

    /** Sends what the parent answers by a packet of its own, so that no acknowledgement is needed. */
    void publishOnce(String topic, byte[] payload) {
        writer.write(Packets.publishOnce(topic, payload));
    }

    /** Whether a feature is subscribed, or is about to be. */
    boolean has(Feature feature) {
        return subscribed.contains(feature) && !doubtful.contains(feature);
    }

    CompletableFuture<Void> subscribe(Feature feature) {
        subscribed.add(feature);
        doubtful.remove(feature);
        return request(new Request.Subscribe(List.of(Topics.filter(feature, id)), new CompletableFuture<>()));
    }

    CompletableFuture<Void> unsubscribe(Feature feature) {
        subscribed.remove(feature);
        return request(new Request.Unsubscribe(Topics.filter(feature, id), new CompletableFuture<>()));
    }

    /** Acknowledges a delivery; an unknown one is ignored. */
    void acknowledge(long deliveryId) {
        inbox.take(deliveryId).ifPresent(packetId -> writer.write(Packets.acknowledge(packetId)));
    }

    /** Gives a delivery back, which in MQTT is to say nothing: the parent sends it again on the next connection. */
    void release(long deliveryId) {
        inbox.take(deliveryId);
    }

    /** The owner sends nothing new from now on and wants to hear when nothing is in flight. */
    void drain() {
        if (phase == Phase.READY) {
            phase = Phase.DRAINING;
            tellWhenDrained();
        }
    }

    /** Ends it from our side; the owner is told nothing any more. */
    void close() {
        if (phase == Phase.READY || phase == Phase.DRAINING) {
            writer.write(Packets.disconnect());
            writer.flush();
        }
        end("the connection was closed", () -> {});
    }

    /** Ends it from the other side. */
    void fail(String reason) {
        end(reason, () -> owner.lost(reason));
    }

    // ---- what the channel brings

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        writer.write(Packets.connect(login, timing.keepAlive()));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, MqttMessage packet) {
        if (phase == Phase.ENDED) {
            return;
        }
        if (packet.decoderResult().isFailure()) {
            fail("the parent sent an unreadable packet: "
                    + Reason.of(packet.decoderResult().cause()));
            return;
        }
        keepAlive.read(writer.now());
        try {
            received(packet);
        } catch (ProtocolViolation e) {
            fail("the parent broke the protocol: " + e.getMessage());
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        sends.pump();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // one that fails without a connection is told by whoever failed to connect, or by the close
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess() && channel.isActive()) {
            fail("TLS with the parent failed: " + Reason.of(handshake.cause()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail("the parent closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // what the TLS handler finds wrong arrives wrapped in a DecoderException
        if (!(cause instanceof IOException || cause instanceof DecoderException)) {
            log.atError().addKeyValue("identity", id).setCause(cause).log("the connection failed by a bug of ours");
        }
        fail("the connection failed: " + Reason.of(cause));
    }

    // ---- steps

    private void received(MqttMessage packet) throws ProtocolViolation {
        MqttMessageType type = packet.fixedHeader().messageType();
        if (phase == Phase.OPENING && type != MqttMessageType.CONNACK) {
            throw new ProtocolViolation(type + " came before CONNACK");
        }
        switch (packet) {
            case MqttConnAckMessage connack -> loggedIn(connack.variableHeader().connectReturnCode());
            case MqttPublishMessage publish -> published(publish);
            case MqttSubAckMessage suback -> subscribed(suback);
            default -> {
                switch (type) {
                    case PUBACK, UNSUBACK -> acknowledged(packet, type);
                    case PINGRESP -> {
                        // any packet shows that the parent lives; this one says nothing more
                    }
                    default -> throw new ProtocolViolation(type + " is not for clients");
                }
            }
        }
    }

    private void loggedIn(MqttConnectReturnCode code) throws ProtocolViolation {
        if (phase != Phase.OPENING) {
            throw new ProtocolViolation("a second CONNACK");
        }
        switch (code) {
            case CONNECTION_ACCEPTED -> {
                phase = Phase.RESTORING;
                check();
                restore(List.of(Topics.TWIN_REPLIES));
            }
            case CONNECTION_REFUSED_BAD_USER_NAME_OR_PASSWORD, CONNECTION_REFUSED_NOT_AUTHORIZED ->
                refused(new Refusal.Unauthorized("the parent does not accept \"" + id + "\" with its token (CONNACK "
                        + code.byteValue() + "): wrong key, disabled or unknown there"));
            case CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION, CONNECTION_REFUSED_IDENTIFIER_REJECTED ->
                refused(new Refusal.Invalid(
                        "the parent does not take \"" + id + "\" as a client (CONNACK " + code.byteValue() + ")"));
            default -> fail("the parent is not available (CONNACK " + (code.byteValue() & 0xff) + ")");
        }
    }

    private void refused(Refusal refusal) {
        end(refusal.reason(), () -> owner.refused(refusal));
    }

    /** Subscribes what is missing, until nothing is: the owner may change its mind while an answer is on its way. */
    private void restore(List<String> further) {
        List<String> filters = new ArrayList<>(further);
        Set<Feature> asked = EnumSet.noneOf(Feature.class);
        Set<Feature> wanted = owner.subscriptions();
        for (Feature feature : wanted) {
            if (subscribed.add(feature)) {
                asked.add(feature);
                filters.add(Topics.filter(feature, id));
            }
        }
        for (Feature feature : EnumSet.copyOf(subscribed)) {
            if (!wanted.contains(feature)) {
                var _ = unsubscribe(feature);
            }
        }
        if (filters.isEmpty()) {
            phase = Phase.READY;
            owner.ready(this);
            return;
        }
        var request = new Request.Subscribe(filters, new CompletableFuture<>());
        var _ = request(request).whenComplete((_, failure) -> {
            if (phase != Phase.RESTORING) {
                return;
            }
            if (failure != null) {
                log.atWarn()
                        .addKeyValue("identity", id)
                        .addKeyValue("reason", failure.getMessage())
                        .log("a subscription was not restored");
                doubtful.addAll(asked);
            }
            restore(List.of());
        });
    }

    private CompletableFuture<Void> request(Request request) {
        if (phase == Phase.ENDED) {
            request.fail(new Refusal.Unavailable("the connection to the parent is closed"));
            return request.done();
        }
        int packetId = unacknowledged.add(request, writer.now());
        writer.write(
                switch (request) {
                    case Request.Publish publish -> Packets.publish(packetId, publish);
                    case Request.Subscribe subscribe -> Packets.subscribe(packetId, subscribe);
                    case Request.Unsubscribe unsubscribe -> Packets.unsubscribe(packetId, unsubscribe);
                });
        return request.done();
    }

    private void acknowledged(MqttMessage packet, MqttMessageType type) throws ProtocolViolation {
        Request request = unacknowledged.acknowledged(packetId(packet), type);
        if (request != null) {
            request.done().complete(null);
            sends.pump();
            tellWhenDrained();
        }
    }

    private void subscribed(MqttSubAckMessage suback) throws ProtocolViolation {
        Request request = unacknowledged.acknowledged(packetId(suback), MqttMessageType.SUBACK);
        if (!(request instanceof Request.Subscribe subscribe)) {
            return;
        }
        List<Integer> codes = suback.payload().reasonCodes();
        if (codes.size() != subscribe.filters().size()) {
            throw new ProtocolViolation("SUBACK has " + codes.size() + " codes for "
                    + subscribe.filters().size() + " subscriptions");
        }
        int bad = codes.indexOf(SUBSCRIPTION_REFUSED);
        if (bad < 0) {
            subscribe.done().complete(null);
        } else {
            subscribe.fail(new Refusal.Invalid("the parent refused the subscription \""
                    + subscribe.filters().get(bad) + "\""));
        }
        tellWhenDrained();
    }

    private void published(MqttPublishMessage publish) throws ProtocolViolation {
        MqttQoS qos = publish.fixedHeader().qosLevel();
        if (qos != MqttQoS.AT_MOST_ONCE && qos != MqttQoS.AT_LEAST_ONCE) {
            throw new ProtocolViolation("a message at " + qos + ", which nobody asked for");
        }
        boolean settled = inbox.received(publish);
        if (settled && qos == MqttQoS.AT_LEAST_ONCE) {
            writer.write(Packets.acknowledge(publish.variableHeader().packetId()));
        }
        tellWhenDrained();
    }

    private void tellWhenDrained() {
        if (phase == Phase.DRAINING && sends.isEmpty() && twins.isEmpty()) {
            owner.drained();
        }
    }

    /** Looks at the clock: pings, and gives up on a parent that says nothing or does not acknowledge. */
    private void check() {
        if (phase == Phase.ENDED) {
            return;
        }
        long now = writer.now();
        if (unacknowledged.oldestWaitNanos(now) >= timing.acknowledgement().toNanos()) {
            fail("the parent did not acknowledge within "
                    + timing.acknowledgement().toSeconds() + " s");
            return;
        }
        switch (keepAlive.check(now)) {
            case FINE -> {
                // until the next look
            }
            case PING -> writer.write(Packets.ping());
            case LOST -> {
                fail("the parent did not answer a ping within "
                        + timing.pingTimeout().toMillis() + " ms");
                return;
            }
        }
        nextCheck = channel.eventLoop().schedule(this::check, keepAlive.nextCheck() - now, TimeUnit.NANOSECONDS);
    }

    private void end(String reason, Runnable tell) {
        if (phase == Phase.ENDED) {
            return;
        }
        phase = Phase.ENDED;
        if (nextCheck != null) {
            nextCheck.cancel(false);
        }
        tell.run();
        var refusal = new Refusal.Unavailable("the connection to the parent is gone: " + reason);
        sends.failAll(refusal);
        twins.failAll(refusal);
        var _ = channel.close();
    }

    private static int packetId(MqttMessage packet) {
        return ((MqttMessageIdVariableHeader) packet.variableHeader()).messageId();
    }
}

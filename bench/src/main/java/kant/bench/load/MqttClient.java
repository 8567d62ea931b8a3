package kant.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubAckMessage;
import io.netty.handler.codec.mqtt.MqttVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import kant.protocol.net.EventLoops;
import org.jspecify.annotations.Nullable;

/** One MQTT 3.1.1 connection over TLS, QoS 1 only. Lives on its event loop; every method is called there. */
final class MqttClient extends ChannelInboundHandlerAdapter {
    private static final int MAX_PACKET_BYTES = 1 << 20;
    private static final int CONNECT_MILLIS = 10_000;
    private static final int KEEP_ALIVE_SECONDS = 300;
    private static final int SUBSCRIBE_ID = 1;

    private static final MqttFixedHeader PUBLISH =
            new MqttFixedHeader(MqttMessageType.PUBLISH, false, MqttQoS.AT_LEAST_ONCE, false, 0);
    private static final MqttFixedHeader PUBACK =
            new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2);

    private final Login login;
    private final @Nullable String filter;
    private final Listener listener;
    private final CompletableFuture<MqttClient> open = new CompletableFuture<>();
    private @Nullable ChannelHandlerContext context;
    private boolean leaving;

    /** What a client tells its owner. */
    interface Listener {
        void acknowledged(int packetId);

        /** A message; it is acknowledged on return. */
        void arrived(ByteBuf payload);

        /** All that came in one go has been told: time to send and flush. */
        void pause();

        void lost(String why);
    }

    private MqttClient(Login login, @Nullable String filter, Listener listener) {
        this.login = login;
        this.filter = filter;
        this.listener = listener;
    }

    /** Connects, and subscribes where a filter is given. */
    static CompletableFuture<MqttClient> open(
            EventLoops loops, EventLoop loop, Server server, Login login, @Nullable String filter, Listener listener) {
        var client = new MqttClient(login, filter, listener);
        new Bootstrap()
                .group(loop)
                .channel(loops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(server.tls().newHandler(channel.alloc(), server.host(), server.port()))
                                .addLast(new MqttDecoder(MAX_PACKET_BYTES))
                                .addLast(MqttEncoder.INSTANCE)
                                .addLast(client);
                    }
                })
                .connect(server.address(), server.port())
                .addListener(done -> {
                    if (!done.isSuccess()) {
                        client.open.completeExceptionally(done.cause());
                    }
                });
        return client.open;
    }

    /** Writes one message without a flush. */
    void publish(String topic, int packetId, ByteBuf payload) {
        write(new MqttPublishMessage(PUBLISH, new MqttPublishVariableHeader(topic, packetId), payload));
    }

    void flush() {
        channel().flush();
    }

    void leave() {
        leaving = true;
        write(MqttMessage.DISCONNECT);
        flush();
        var _ = channel().close();
    }

    @Override
    public void channelActive(ChannelHandlerContext active) {
        context = active;
        write(MqttMessageBuilders.connect()
                .protocolVersion(MqttVersion.MQTT_3_1_1)
                .clientId(login.clientId())
                .username(login.user())
                .password(login.password().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .cleanSession(filter == null)
                .keepAlive(KEEP_ALIVE_SECONDS)
                .build());
        flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object packet) {
        try {
            switch (packet) {
                case MqttPublishMessage message -> received(message);
                case MqttPubAckMessage ack ->
                    listener.acknowledged(ack.variableHeader().messageId());
                case MqttConnAckMessage ack -> connected(ack.variableHeader().connectReturnCode());
                case MqttSubAckMessage ack ->
                    subscribed(ack.payload().grantedQoSLevels().getFirst());
                default -> listener.lost(login.clientId() + " was sent " + packet);
            }
        } finally {
            ReferenceCountUtil.release(packet);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        listener.pause();
        from.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        end("the server closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
        end(String.valueOf(failure));
        var _ = from.close();
    }

    private void received(MqttPublishMessage message) {
        listener.arrived(message.payload());
        write(new MqttPubAckMessage(
                PUBACK,
                MqttMessageIdVariableHeader.from(message.variableHeader().packetId())));
    }

    private void connected(MqttConnectReturnCode code) {
        if (code != MqttConnectReturnCode.CONNECTION_ACCEPTED) {
            end("CONNECT was answered with " + code);
        } else if (filter == null) {
            open.complete(this);
        } else {
            write(MqttMessageBuilders.subscribe()
                    .messageId(SUBSCRIBE_ID)
                    .addSubscription(MqttQoS.AT_LEAST_ONCE, filter)
                    .build());
            flush();
        }
    }

    private void subscribed(int granted) {
        if (granted == MqttQoS.AT_LEAST_ONCE.value()) {
            open.complete(this);
        } else {
            end("the subscription to " + filter + " was answered with " + granted);
        }
    }

    private void end(String why) {
        if (!leaving) {
            String what = login.clientId() + ": " + why;
            open.completeExceptionally(new java.io.IOException(what));
            listener.lost(what);
        }
    }

    /** A failure arrives at {@link #exceptionCaught}. */
    private void write(MqttMessage packet) {
        var _ = channel().write(packet, channel().voidPromise());
    }

    private ChannelHandlerContext channel() {
        if (context == null) {
            throw new IllegalStateException(login.clientId() + " is not connected");
        }
        return context;
    }
}

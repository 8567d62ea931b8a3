package kant.upstream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageBuilders;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.netty.handler.codec.mqtt.MqttSubscribeMessage;
import io.netty.handler.codec.mqtt.MqttUnsubscribeMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ServerTls;
import org.jspecify.annotations.Nullable;

/** A small MQTT broker over TLS that can misbehave on purpose. What clients send is kept in order. */
final class FakeParent implements AutoCloseable {
    private static final long LIMIT_SECONDS = 20;

    /** One thing a client did; {@code text} is a topic, filters or nothing. */
    record Did(String client, MqttMessageType what, String text, String payload) {}

    private final EventLoops loops;
    private final ServerTls tls;
    private final int port;
    private final Map<String, Channel> clients = new ConcurrentHashMap<>();
    private final BlockingQueue<Did> did = new LinkedBlockingQueue<>();
    private final AtomicInteger connecting = new AtomicInteger();
    private @Nullable Channel listening;

    volatile boolean acknowledges = true;
    volatile boolean answersConnect = true;
    volatile boolean answersSubscribe = true;
    volatile MqttConnectReturnCode answer = MqttConnectReturnCode.CONNECTION_ACCEPTED;

    /** The most clients that were between CONNECT and their first subscription at one time. */
    final AtomicInteger mostConnecting = new AtomicInteger();

    FakeParent(EventLoops loops, ServerTls tls) {
        this.loops = loops;
        this.tls = tls;
        listening = bind(0);
        port = ((InetSocketAddress) listening.localAddress()).getPort();
    }

    int port() {
        return port;
    }

    /** The next thing a client does must be this; waits for it, but not for ever. */
    Did next(MqttMessageType what) throws InterruptedException {
        Did next = nextAny();
        assertThat(next.what()).as("%s", next).isEqualTo(what);
        return next;
    }

    Did nextAny() throws InterruptedException {
        Did next = did.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(next).as("the next packet of a client").isNotNull();
        return next;
    }

    @Nullable
    Did nextNow() {
        return did.poll();
    }

    /** Nobody answers any more: the socket is closed, and so are all connections. */
    void vanish() {
        if (listening != null) {
            listening.close().syncUninterruptibly();
            listening = null;
        }
        cutAll();
    }

    void comeBack() {
        listening = bind(port);
    }

    void cutAll() {
        clients.values().forEach(client -> client.close().syncUninterruptibly());
    }

    void publish(String client, MqttQoS qos, int packetId, String topic, String payload) {
        Channel channel = clients.get(client);
        assertThat(channel).as("connection of %s", client).isNotNull();
        channel.writeAndFlush(MqttMessageBuilders.publish()
                        .qos(qos)
                        .messageId(packetId)
                        .topicName(topic)
                        .payload(Unpooled.copiedBuffer(payload, StandardCharsets.UTF_8))
                        .build())
                .syncUninterruptibly();
    }

    @Override
    public void close() {
        vanish();
    }

    private Channel bind(int at) {
        return new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline()
                                .addLast(tls.newHandler(accepted.alloc()))
                                .addLast(new MqttDecoder(1 << 20, 1024))
                                .addLast(MqttEncoder.INSTANCE)
                                .addLast(new Client());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), at))
                .syncUninterruptibly()
                .channel();
    }

    private final class Client extends SimpleChannelInboundHandler<MqttMessage> {
        private String name = "";
        private boolean subscribed;

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, MqttMessage packet) {
            switch (packet) {
                case MqttConnectMessage connect -> connect(ctx, connect);
                case MqttSubscribeMessage subscribe -> subscribe(ctx, subscribe);
                case MqttUnsubscribeMessage unsubscribe -> {
                    note(packet, String.join(" ", unsubscribe.payload().topics()), "");
                    ctx.writeAndFlush(MqttMessageBuilders.unsubAck()
                            .packetId(unsubscribe.variableHeader().messageId())
                            .build());
                }
                case MqttPublishMessage publish -> {
                    note(
                            packet,
                            publish.variableHeader().topicName(),
                            publish.payload().toString(StandardCharsets.UTF_8));
                    if (acknowledges && publish.fixedHeader().qosLevel() == MqttQoS.AT_LEAST_ONCE) {
                        ctx.writeAndFlush(new MqttMessage(
                                new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 2),
                                MqttMessageIdVariableHeader.from(
                                        publish.variableHeader().packetId())));
                    }
                }
                default -> other(ctx, packet);
            }
        }

        private void connect(ChannelHandlerContext ctx, MqttConnectMessage connect) {
            name = connect.payload().clientIdentifier();
            note(
                    connect,
                    connect.payload().userName(),
                    new String(connect.payload().passwordInBytes(), StandardCharsets.UTF_8));
            mostConnecting.accumulateAndGet(connecting.incrementAndGet(), Math::max);
            if (!answersConnect) {
                return;
            }
            ctx.writeAndFlush(MqttMessageBuilders.connAck().returnCode(answer).build());
            if (answer == MqttConnectReturnCode.CONNECTION_ACCEPTED) {
                Channel older = clients.put(name, ctx.channel());
                if (older != null) {
                    older.close();
                }
            } else {
                ctx.close();
            }
        }

        private void subscribe(ChannelHandlerContext ctx, MqttSubscribeMessage subscribe) {
            if (!subscribed) {
                subscribed = true;
                connecting.decrementAndGet();
            }
            List<String> filters = subscribe.payload().topicSubscriptions().stream()
                    .map(subscription -> subscription.topicFilter())
                    .toList();
            note(subscribe, String.join(" ", filters), "");
            if (!answersSubscribe) {
                return;
            }
            ctx.writeAndFlush(MqttMessageBuilders.subAck()
                    .packetId(subscribe.variableHeader().messageId())
                    .addGrantedQoses(
                            filters.stream().map(_ -> MqttQoS.AT_LEAST_ONCE).toArray(MqttQoS[]::new))
                    .build());
        }

        private void other(ChannelHandlerContext ctx, MqttMessage packet) {
            if (packet.fixedHeader().messageType() == MqttMessageType.PINGREQ) {
                ctx.writeAndFlush(MqttMessage.PINGRESP);
            } else {
                note(packet, "", "");
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            clients.remove(name, ctx.channel());
            if (!subscribed && !name.isEmpty()) {
                connecting.decrementAndGet();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // clients that do not trust us, or are cut: tests look at their side
            ctx.close();
        }

        private void note(MqttMessage packet, String text, String payload) {
            did.add(new Did(name, packet.fixedHeader().messageType(), text, payload));
        }
    }
}

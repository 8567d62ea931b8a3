package kant.protocol.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.DefaultChannelId;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.model.auth.SasToken;
import kant.model.identity.IdentityId;
import kant.protocol.amqp.wire.Address;
import kant.protocol.amqp.wire.CbsReply;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.PutToken;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.mqtt.TestTime;
import kant.protocol.port.ServicePort;
import kant.world.Randomness;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.ProtonBufferAllocator;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.OutgoingDelivery;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.engine.sasl.client.SaslAuthenticator;
import org.apache.qpid.protonj2.engine.sasl.client.SaslCredentialsProvider;
import org.apache.qpid.protonj2.engine.sasl.client.SaslMechanismSelector;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.jspecify.annotations.Nullable;

/** A protonj2 client against a head under test, bytes both ways, on a clock that the test moves. */
final class Peer {
    static final String KEY = "c2VjcmV0LWtleS1vZi0zMi1ieXRlcy0tLS0tLS0tLS0=";
    static final IdentityId DEVICE = IdentityId.device("dev1");
    static final IdentityId OTHER = IdentityId.device("dev2");
    static final IdentityId MODULE = IdentityId.module("edge1", "mod1");

    /** Tests end with bytes unread; nobody need release them. */
    private static final ByteBufAllocator UNPOOLED = new UnpooledByteBufAllocator(false, true);

    final MemoryHub hub;
    final TestTime time;
    final EmbeddedChannel server = new EmbeddedChannel(DefaultChannelId.newInstance(), false, false);
    final Engine engine;
    final Connection connection;
    final Deque<IncomingDelivery> received = new ArrayDeque<>();
    final Deque<Sections> messages = new ArrayDeque<>();
    final List<byte[]> fromServer = new ArrayList<>();
    private final Deque<ByteBuf> toServer = new ArrayDeque<>();
    private @Nullable Session session;
    private @Nullable Sender cbs;
    private final Deque<Sections> cbsReplies = new ArrayDeque<>();
    private final List<byte[]> recorded = new ArrayList<>();
    private boolean pumping;
    private int names;

    Peer(MemoryHub hub, TestTime time, AmqpService service, Engine engine) {
        this.hub = hub;
        this.time = time;
        this.engine = engine;
        try {
            service.serve(server);
            server.register();
            server.freezeTime();
            server.config().setAllocator(UNPOOLED);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        engine.outputHandler((ProtonBuffer buffer) -> {
            byte[] bytes = new byte[buffer.getReadableBytes()];
            buffer.readBytes(bytes, 0, bytes.length);
            recorded.add(bytes);
            toServer.add(Unpooled.wrappedBuffer(bytes));
        });
        engine.errorHandler(_ -> {});
        connection = engine.connection();
    }

    static AmqpService service(MemoryHub hub, TestTime time, int maxClients, @Nullable ServicePort port) {
        return AmqpService.of(new AmqpConfig(maxClients), hub, port, time, Randomness.secure());
    }

    /** A peer on a connection of its own, not open yet. */
    static Peer of(MemoryHub hub) {
        var time = new TestTime();
        return of(hub, time, service(hub, time, 100, null));
    }

    static Peer of(MemoryHub hub, TestTime time, AmqpService service) {
        return new Peer(hub, time, service, EngineFactory.PROTON.createNonSaslEngine());
    }

    /** A peer with an open connection and no SASL layer. */
    static Peer open(MemoryHub hub) {
        return of(hub).open();
    }

    /** A peer whose identity's token is put. */
    static Peer with(MemoryHub hub, IdentityId identity) {
        Peer peer = open(hub);
        assertThat(peer.put(peer.token(identity)).status()).isEqualTo(200);
        return peer;
    }

    static Peer sasl(MemoryHub hub, String mechanism, String user, String password) {
        var time = new TestTime();
        return sasl(hub, time, service(hub, time, 100, null), mechanism, user, password);
    }

    static Peer sasl(
            MemoryHub hub, TestTime time, AmqpService service, String mechanism, String user, String password) {
        Peer peer = new Peer(hub, time, service, EngineFactory.PROTON.createEngine());
        peer.engine
                .saslDriver()
                .client()
                .setListener(new SaslAuthenticator(
                        new SaslMechanismSelector(List.of(mechanism)), new SaslCredentialsProvider() {
                            @Override
                            public String vhost() {
                                return "hub.kant.test";
                            }

                            @Override
                            public String username() {
                                return user;
                            }

                            @Override
                            public String password() {
                                return password;
                            }

                            @Override
                            public java.security.Principal localPrincipal() {
                                return null;
                            }
                        }));
        return peer;
    }

    /** All that was sent to the head, frame by frame. */
    List<byte[]> recorded() {
        return recorded;
    }

    Peer open() {
        return open(c -> {});
    }

    Peer open(Consumer<Connection> change) {
        engine.start();
        connection.setContainerId("test").setHostname("hub.kant.test").setMaxFrameSize(65536);
        change.accept(connection);
        connection.open();
        session = connection.session().open();
        pump();
        return this;
    }

    Session newSession() {
        Session newer = connection.session().open();
        session = newer;
        pump();
        return newer;
    }

    /** Lets both ends go on until neither has anything more to say. */
    void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        try {
            boolean busy = true;
            while (busy) {
                busy = false;
                while (!toServer.isEmpty()) {
                    ByteBuf next = toServer.remove();
                    if (server.isOpen()) {
                        busy = true;
                        server.writeOneInbound(next);
                    }
                }
                if (server.isOpen()) {
                    server.flushInbound();
                }
                server.runPendingTasks();
                for (ByteBuf out = server.readOutbound(); out != null; out = server.readOutbound()) {
                    byte[] bytes = ByteBufUtil.getBytes(out);
                    out.release();
                    if (bytes.length == 0) {
                        continue;
                    }
                    busy = true;
                    fromServer.add(bytes);
                    if (!engine.isFailed() && !engine.isShutdown()) {
                        try {
                            engine.ingest(
                                    ProtonBufferAllocator.defaultAllocator().copy(bytes));
                        } catch (org.apache.qpid.protonj2.engine.exceptions.EngineStateException _) {
                            return; // refused by the server's SASL; the test looks at what is left
                        }
                    }
                }
                busy |= !toServer.isEmpty();
            }
        } finally {
            pumping = false;
        }
    }

    void advance(Duration by) {
        time.advance(by);
        server.advanceTimeBy(by.toNanos(), TimeUnit.NANOSECONDS);
        server.runScheduledPendingTasks();
        pump();
    }

    boolean isOpen() {
        return server.isOpen();
    }

    String token(IdentityId identity) {
        return token(identity, time.now().plusSeconds(3600));
    }

    static String token(IdentityId identity, Instant expires) {
        String resource = "hub.kant.test/devices/" + identity.deviceId()
                + (identity.moduleId() == null ? "" : "/modules/" + identity.moduleId());
        return SasToken.sign(resource, KEY, expires, "");
    }

    // ---- CBS

    CbsReply put(String token) {
        return put(new PutToken("m" + names++, "hub.kant.test/devices/whatever", token).write());
    }

    CbsReply put(Sections request) {
        if (cbs == null) {
            cbs = sender("$cbs");
            Receiver replies = session().receiver("cbs-receiver");
            replies.setSource(new Source().setAddress("$cbs"));
            replies.setTarget(new Target().setAddress("cbs"));
            replies.deliveryReadHandler(delivery -> cbsReplies.add(read(delivery)));
            replies.open();
            replies.addCredit(100);
            pump();
        }
        send(cbs, request);
        session().receiver("cbs-receiver").addCredit(1);
        pump();
        try {
            return CbsReply.read(cbsReplies.remove());
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }

    // ---- links

    Session session() {
        if (session == null) {
            throw new AssertionError("not open");
        }
        return session;
    }

    Sender sender(Address.Kind kind, IdentityId identity) {
        return sender(Address.of(kind, identity).text());
    }

    Sender sender(String address) {
        return sender(address, Map.of());
    }

    Sender sender(String address, Map<String, Object> properties) {
        Sender sender = session().sender("sender-" + names++);
        sender.setSource(new Source().setAddress("client"));
        sender.setTarget(new Target().setAddress(address));
        sender.setProperties(symbols(properties));
        sender.detachHandler(_ -> {});
        sender.open();
        pump();
        return sender;
    }

    Receiver receiver(Address.Kind kind, IdentityId identity, int credit) {
        return receiver(Address.of(kind, identity).text(), credit, r -> {});
    }

    /** A receiver whose messages come to {@link #messages} and {@link #received}, unsettled. */
    Receiver receiver(String address, int credit, Consumer<Receiver> change) {
        Receiver receiver = session().receiver("receiver-" + names++);
        receiver.setSource(new Source().setAddress(address));
        receiver.setTarget(new Target().setAddress("client"));
        change.accept(receiver);
        receiver.deliveryReadHandler(delivery -> {
            if (!delivery.isPartial()) {
                received.add(delivery);
                messages.add(read(delivery));
            }
        });
        receiver.detachHandler(_ -> {});
        receiver.open();
        if (credit > 0) {
            receiver.addCredit(credit);
        }
        pump();
        return receiver;
    }

    OutgoingDelivery send(Sender sender, Sections message) {
        return send(sender, SectionsCodec.encode(message), 0, false);
    }

    OutgoingDelivery sendSettled(Sender sender, Sections message) {
        return send(sender, SectionsCodec.encode(message), 0, true);
    }

    OutgoingDelivery send(Sender sender, ProtonBuffer message, int format, boolean settled) {
        OutgoingDelivery delivery = sender.next();
        delivery.setTag(new byte[] {(byte) names++});
        delivery.setMessageFormat(format);
        if (settled) {
            delivery.settle();
        }
        delivery.writeBytes(message);
        pump();
        return delivery;
    }

    static Sections read(IncomingDelivery delivery) {
        try {
            ProtonBuffer all = delivery.readAll();
            return SectionsCodec.decode(all);
        } catch (MalformedMessage e) {
            throw new AssertionError(e);
        }
    }

    static void assertOpen(Link<?> link) {
        assertThat(link.isRemotelyOpen()).as("%s", link.getRemoteCondition()).isTrue();
    }

    /** An attach that leads nowhere, then a detach with this condition. */
    static void assertRefused(Link<?> link, String condition) {
        assertThat(link.isRemotelyClosed()).as("closed by the peer").isTrue();
        assertThat(link.getRemoteCondition().getCondition()).hasToString(condition);
        assertThat((Object) (link.isSender() ? link.getRemoteTarget() : link.getRemoteSource()))
                .isNull();
    }

    private static Map<Symbol, Object> symbols(Map<String, Object> properties) {
        Map<Symbol, Object> symbols = new HashMap<>();
        properties.forEach((key, value) -> symbols.put(Symbol.valueOf(key), value));
        return symbols;
    }
}

package kant.upstream.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import kant.protocol.amqp.wire.CbsReply;
import kant.protocol.amqp.wire.MalformedMessage;
import kant.protocol.amqp.wire.PutToken;
import kant.protocol.amqp.wire.Sections;
import kant.protocol.amqp.wire.SectionsCodec;
import kant.protocol.net.EventLoops;
import kant.protocol.net.Listener;
import kant.protocol.tls.ServerTls;
import kant.upstream.dial.WebSocketDoor;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.IncomingDelivery;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Sender;
import org.apache.qpid.protonj2.engine.sasl.SaslOutcome;
import org.apache.qpid.protonj2.engine.sasl.SaslServerContext;
import org.apache.qpid.protonj2.engine.sasl.SaslServerListener;
import org.apache.qpid.protonj2.types.Symbol;
import org.apache.qpid.protonj2.types.messaging.Accepted;
import org.apache.qpid.protonj2.types.messaging.Source;
import org.apache.qpid.protonj2.types.messaging.Target;
import org.apache.qpid.protonj2.types.transport.AMQPHeader;
import org.apache.qpid.protonj2.types.transport.DeliveryState;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;

/** A parent on a real socket with TLS, made of protonj2's server side, that misbehaves as it is told. */
final class ScriptedParent implements AutoCloseable {
    private static final Accepted ACCEPTED = Accepted.getInstance();

    /** One link that a client has attached. */
    record Attached(String address, Map<Symbol, Object> properties, Link<?> link) {}

    /** One message that came on a link. */
    record Received(String address, Sections message) {}

    final AtomicInteger accepted = new AtomicInteger();
    final Set<Connection> open = ConcurrentHashMap.newKeySet();
    final List<Attached> attached = new CopyOnWriteArrayList<>();
    final BlockingQueue<PutToken> tokens = new LinkedBlockingQueue<>();
    final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    final AtomicInteger count = new AtomicInteger();

    /** Identities whose token was put and whose link for telemetry is still to come: now, and the most there ever were. */
    final AtomicInteger arriving = new AtomicInteger();

    final AtomicInteger mostArriving = new AtomicInteger();

    /** How tokens are answered; 0 for not at all. */
    volatile Function<PutToken, Integer> tokenStatus = _ -> 200;

    /** Why a link of this address is refused; null for taking it. */
    volatile Function<String, ErrorCondition> refuse = _ -> null;

    /** What becomes of a message; null for nothing yet. */
    volatile Function<Sections, DeliveryState> disposition = _ -> ACCEPTED;

    volatile int credit = 1000;

    /** How long it hears nothing from a client before it gives that client up. */
    volatile int patienceMillis = 120_000;

    volatile boolean keep = true;
    volatile Predicate<String> silent = _ -> false;

    private final EventLoops loops;
    private final ServerTls tls;
    private final boolean webSocket;
    private Listener listener;
    private int port;

    ScriptedParent(EventLoops loops, ServerTls tls) throws IOException {
        this(loops, tls, false);
    }

    /** @param webSocket whether it speaks within WebSockets */
    ScriptedParent(EventLoops loops, ServerTls tls, boolean webSocket) throws IOException {
        this.webSocket = webSocket;
        this.loops = loops;
        this.tls = tls;
        start();
    }

    int port() {
        return port;
    }

    /** Listens, after a stop on the same port as before. */
    void start() throws IOException {
        listener =
                Listener.bind(loops, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000, channel -> {
                    accepted.incrementAndGet();
                    channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    if (webSocket) {
                        WebSocketDoor.add(channel.pipeline(), "AMQPWSB10", () -> new Connection());
                    } else {
                        channel.pipeline().addLast(new Connection());
                    }
                });
        port = listener.port();
    }

    void stop() {
        listener.close();
    }

    /** Ends every connection without a word. */
    void reset() {
        for (Connection connection : open) {
            connection.channel.config().setOption(ChannelOption.SO_LINGER, 0);
            connection.channel.close();
        }
    }

    /** Reads and writes nothing more on the connections there are, and keeps them open. */
    void mute() {
        open.forEach(connection -> connection.mute = true);
    }

    /** Reads nothing more on the connections there are, and goes on to say that it is there. */
    void deafen() {
        open.forEach(connection -> connection.deaf = true);
    }

    /** The newest link of an address that the client sends on, or receives on. */
    <L extends Link<?>> L link(Class<L> kind, String address) {
        return attached.reversed().stream()
                .filter(a -> a.address().equals(address) && kind.isInstance(a.link()))
                .map(a -> kind.cast(a.link()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("nobody has attached \"" + address + "\""));
    }

    /** The same, waited for. */
    <L extends Link<?>> L awaitLink(Class<L> kind, String address) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(Rig.LIMIT_SECONDS);
        synchronized (attached) {
            while (attached.stream().noneMatch(a -> a.address().equals(address) && kind.isInstance(a.link()))
                    && System.nanoTime() < deadline) {
                attached.wait(1000);
            }
        }
        return link(kind, address);
    }

    /** Runs something on the loop of the newest connection. */
    void run(Runnable step) {
        Connection connection = open.iterator().next();
        connection.channel.eventLoop().execute(step);
    }

    /** Sends down on a link that the client receives on. */
    void send(String address, Sections message) {
        Sender sender = link(Sender.class, address);
        run(() -> sender.next()
                .setTag(new byte[] {(byte) count.incrementAndGet()})
                .setLinkedResource(address)
                .writeBytes(SectionsCodec.encode(message)));
    }

    @Override
    public void close() {
        listener.close();
    }

    final class Connection extends SimpleChannelInboundHandler<ByteBuf> implements SaslServerListener {
        private final Engine engine = EngineFactory.PROTON.createEngine();
        private Channel channel;
        private boolean flushing;
        volatile boolean mute;
        volatile boolean deaf;

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            channel = ctx.channel();
            open.add(this);
            engine.outputHandler((bytes, _) -> write(bytes));
            engine.errorHandler(_ -> channel.close());
            engine.saslDriver().server().setListener(this);
            var connection = engine.start();
            connection
                    .setContainerId("parent")
                    .openHandler(_ -> {
                        connection.setIdleTimeout(patienceMillis).open();
                        connection.tickAuto(channel.eventLoop());
                    })
                    .closeHandler(_ -> connection.close())
                    .sessionOpenHandler(session -> {
                        session.closeHandler(_ -> session.close());
                        session.open();
                    })
                    .receiverOpenHandler(this::attached)
                    .senderOpenHandler(this::attached);
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            if (!mute && !deaf) {
                engine.ingest(ProtonByteArrayBufferAllocator.wrapped(ByteBufUtil.getBytes(bytes)));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            open.remove(this);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }

        @Override
        public void handleSaslHeader(SaslServerContext context, AMQPHeader header) {
            context.sendMechanisms(new Symbol[] {Symbol.valueOf("PLAIN"), Symbol.valueOf("ANONYMOUS")});
        }

        @Override
        public void handleSaslInit(SaslServerContext context, Symbol mechanism, ProtonBuffer response) {
            context.sendOutcome(
                    mechanism.toString().equals("ANONYMOUS") ? SaslOutcome.SASL_OK : SaslOutcome.SASL_AUTH, null);
        }

        @Override
        public void handleSaslResponse(SaslServerContext context, ProtonBuffer response) {
            throw new AssertionError("there was no challenge");
        }

        private void attached(Receiver receiver) {
            Target target = receiver.getRemoteTarget();
            String address = target.getAddress();
            receiver.setSource(receiver.getRemoteSource()).setTarget(target);
            receiver.deliveryReadHandler(delivery -> received(address, delivery));
            if (taken(address, receiver, () -> receiver.setTarget((Target) null))) {
                receiver.addCredit(address.equals("$cbs") ? 100 : credit);
                arriving.addAndGet(address.endsWith("/events") ? -1 : 0);
            }
        }

        private void attached(Sender sender) {
            Source source = sender.getRemoteSource();
            String address = source.getAddress();
            sender.setSource(source).setTarget(sender.<Target>getRemoteTarget());
            taken(address, sender, () -> sender.setSource(null));
        }

        private boolean taken(String address, Link<?> link, Runnable withoutAddress) {
            if (silent.test(address)) {
                return false;
            }
            attached.add(new Attached(address, link.getRemoteProperties(), link));
            synchronized (attached) {
                attached.notifyAll();
            }
            link.closeHandler(_ -> link.close());
            link.detachHandler(_ -> link.detach());
            ErrorCondition no = refuse.apply(address);
            if (no == null) {
                link.open();
                return true;
            }
            withoutAddress.run();
            link.open();
            link.setCondition(no);
            link.close();
            return false;
        }

        private void received(String address, IncomingDelivery delivery) {
            if (delivery.isPartial()) {
                return;
            }
            try {
                Sections message = SectionsCodec.decode(delivery.readAll());
                if (address.equals("$cbs")) {
                    token(delivery, PutToken.read(message));
                    return;
                }
                count.incrementAndGet();
                if (keep) {
                    received.add(new Received(address, message));
                }
                DeliveryState state = delivery.isRemotelySettled() ? ACCEPTED : disposition.apply(message);
                if (state != null) {
                    delivery.disposition(state, true);
                    delivery.getLink().addCredit(1);
                }
            } catch (MalformedMessage e) {
                throw new AssertionError(e);
            }
        }

        private void token(IncomingDelivery delivery, PutToken put) {
            delivery.disposition(ACCEPTED, true);
            delivery.getLink().addCredit(1);
            tokens.add(put);
            mostArriving.accumulateAndGet(arriving.incrementAndGet(), Math::max);
            int status = tokenStatus.apply(put);
            if (status == 0) {
                return;
            }
            Sender reply = delivery.getLink().getSession().senders().iterator().next();
            reply.next()
                    .setTag(new byte[] {0})
                    .settle()
                    .writeBytes(SectionsCodec.encode(new CbsReply(put.messageId(), status, "scripted").write()));
        }

        private void write(ProtonBuffer frame) {
            if (mute) {
                return;
            }
            byte[] bytes = new byte[frame.getReadableBytes()];
            frame.readBytes(bytes, 0, bytes.length);
            channel.write(Unpooled.wrappedBuffer(bytes));
            if (!flushing) {
                flushing = true;
                channel.eventLoop().execute(() -> {
                    flushing = false;
                    channel.flush();
                });
            }
        }
    }
}

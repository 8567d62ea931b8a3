package kant.protocol.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.head.Ending;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.OnLoop;
import kant.protocol.tls.ClientCertificates;
import org.apache.qpid.protonj2.buffer.ProtonBuffer;
import org.apache.qpid.protonj2.buffer.impl.ProtonByteArrayBufferAllocator;
import org.apache.qpid.protonj2.buffer.netty.Netty4ProtonBufferAllocator;
import org.apache.qpid.protonj2.buffer.netty.Netty4ToProtonBufferAdapter;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.Link;
import org.apache.qpid.protonj2.engine.Receiver;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.engine.exceptions.EngineStateException;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * The other end of a connection as protonj2's engine shows it: its login, its OPEN, its sessions and links. What is written is written to
 * the {@link Owner}.
 */
@OnLoop
final class AmqpPeer implements SaslLogin.Outcome {
    private static final int SASL_PROTOCOL = 3;
    private static final int AMQP_PROTOCOL = 0;
    private static final int PROTOCOL_BYTE = 4;

    /** PLAIN carries a token of up to 8 KiB. */
    private static final int SASL_FRAME_BYTES = 16 * 1024;

    private static final int CHANNEL_MAX = AmqpLimits.SESSIONS + AmqpLimits.SESSIONS_PER_TOKEN * AmqpLimits.TOKENS;
    private static final int HANDLE_MAX = AmqpLimits.LINKS + AmqpLimits.LINKS_PER_TOKEN * AmqpLimits.TOKENS;

    private final ConnectionContext context;
    private final Owner owner;
    private final Engine engine;
    private final Connection connection;
    private final Tokens tokens;
    private final boolean hasCertificate;
    private final Clients clients;
    private final CbsNode cbs;
    private final @Nullable ServiceClient service;
    private final LinkRouter router;
    private boolean plain;
    private int sessions;
    private String name = "";

    /** The connection itself. */
    interface Owner {
        void write(ByteBuf bytes);

        /** The peer's OPEN came. */
        void arrived(Duration peersIdle);

        /** Ends the connection, telling the peer the condition where there is one. */
        void close(Ending ending, @Nullable ErrorCondition condition);
    }

    private AmqpPeer(boolean sasl, ConnectionContext context, Owner owner) {
        this.context = context;
        this.owner = owner;
        var certificates = ClientCertificates.of(context.channel());
        hasCertificate = !certificates.isEmpty();
        tokens = new Tokens(certificates);
        clients = new Clients(context, tokens, this::lastEnded);
        cbs = new CbsNode(context, clients);
        var port = context.head().service();
        service = port == null ? null : new ServiceClient(context, port, tokens);
        router = new LinkRouter(context, tokens, cbs, clients, service);
        engine = sasl ? EngineFactory.PROTON.createEngine() : EngineFactory.PROTON.createNonSaslEngine();
        engine.configuration()
                .setBufferAllocator(
                        new Netty4ProtonBufferAllocator(context.channel().alloc()));
        engine.outputHandler(this::write);
        engine.errorHandler(failed -> owner.close(Ending.violation(what(failed.failureCause())), null));
        if (sasl) {
            engine.saslDriver().setMaxFrameSize(SASL_FRAME_BYTES);
            engine.saslDriver().server().setListener(new SaslLogin(hasCertificate, this));
        }
        connection = engine.start();
        configure();
    }

    /**
     * Begins with the peer's first bytes, which tell whether it wants a SASL layer.
     *
     * @throws ProtocolViolation where it speaks something else
     */
    static AmqpPeer start(byte[] header, ConnectionContext context, Owner owner) throws ProtocolViolation {
        if (!isHeader(header)) {
            throw new ProtocolViolation("the first bytes are no AMQP header");
        }
        return switch (header[PROTOCOL_BYTE]) {
            case SASL_PROTOCOL -> new AmqpPeer(true, context, owner);
            case AMQP_PROTOCOL -> new AmqpPeer(false, context, owner);
            default -> {
                // AMQP 1.0 §2.2: answered with what is spoken here
                owner.write(Unpooled.wrappedBuffer(new byte[] {'A', 'M', 'Q', 'P', SASL_PROTOCOL, 1, 0, 0}));
                throw new ProtocolViolation("AMQP protocol " + header[PROTOCOL_BYTE] + " is not spoken here");
            }
        };
    }

    /** Takes one frame or header. */
    void read(byte[] frame) throws ProtocolViolation {
        if (!isHeader(frame)) {
            FrameGuard.check(frame);
        }
        try {
            engine.ingest(ProtonByteArrayBufferAllocator.wrapped(frame, 0, frame.length)
                    .convertToReadOnly());
        } catch (EngineStateException failed) {
            // the engine has told its error handler why, or has been closed before
            owner.close(Ending.violation(what(failed)), null);
        }
    }

    /** There may be room on the socket. */
    void ready() {
        cbs.ready();
        clients.ready();
        if (service != null) {
            service.ready();
        }
    }

    /** Who it is, for the log: as it logged in, or how many identities it carries. */
    String name() {
        return name.isEmpty() ? clients.size() + " clients of " + connection.getRemoteContainerId() : name;
    }

    /** The connection ends: all sessions do, and the peer is told where it still can be. */
    void end(@Nullable ErrorCondition condition) {
        clients.close();
        if (service != null) {
            service.close();
        }
        if (engine.isRunning() && connection.isLocallyOpen()) {
            connection.setCondition(condition);
            connection.close();
        }
    }

    // ---- SASL

    @Override
    public void token(@Nullable IdentityId subject, SasToken token, int length) throws RefusedException {
        tokens.put(subject, token, length);
        plain = true;
        name = subject == null ? token.policy() : subject.text();
    }

    @Override
    public void failed(String reason) {
        owner.close(Ending.refused(reason), null);
    }

    // ---- OPEN and BEGIN

    private void configure() {
        connection.setContainerId("DeviceGateway_" + context.head().randomness().uuid());
        connection.setIdleTimeout(context.limits().idle().toMillis());
        connection.setMaxFrameSize(AmqpLimits.FRAME_BYTES);
        connection.setChannelMax(CHANNEL_MAX);
        connection.openHandler(context.guarded(_ -> opened()));
        connection.closeHandler(context.guarded(_ -> owner.close(Ending.gone("CLOSE"), null)));
        connection.sessionOpenHandler(context.guarded(this::begun));
        connection.senderOpenHandler(context.guarded(this::attached));
        connection.receiverOpenHandler(context.guarded(this::attached));
    }

    private void opened() {
        connection.open();
        long idle = connection.getRemoteIdleTimeout();
        if (idle > 0 && idle < AmqpLimits.LEAST_PEER_IDLE.toMillis()) {
            String reason = "an idle time-out of " + idle + " ms; at least " + AmqpLimits.LEAST_PEER_IDLE.toMillis()
                    + " ms is asked for";
            owner.close(Ending.refused(reason), new ErrorCondition(Conditions.NOT_ALLOWED, reason));
            return;
        }
        owner.arrived(idle == 0 ? AmqpLimits.UNSAID_PEER_IDLE : Duration.ofMillis(idle));
    }

    private void begun(Session session) {
        int most = AmqpLimits.SESSIONS + AmqpLimits.SESSIONS_PER_TOKEN * (tokens.size() + clients.size());
        if (++sessions > most) {
            String reason = "more than " + most + " sessions; put tokens first";
            owner.close(Ending.violation(reason), new ErrorCondition(Conditions.LIMIT_EXCEEDED, reason));
            return;
        }
        session.setHandleMax(HANDLE_MAX);
        session.closeHandler(context.guarded(this::ended));
        session.open();
    }

    private void ended(Session session) {
        sessions--;
        router.ended(session);
        if (session.isLocallyOpen() && engine.isRunning()) {
            session.close();
        }
    }

    private void attached(Link<?> link) {
        if (link instanceof Receiver receiver) { // until it has been answered and has credit
            receiver.deliveryReadHandler(context.guarded(_ -> hasty()));
        }
        try {
            router.opened(link);
        } catch (ProtocolViolation violation) {
            owner.close(
                    Ending.violation(violation.what()), new ErrorCondition(Conditions.NOT_ALLOWED, violation.what()));
        }
    }

    private void hasty() {
        String what = "a message on a link that has no credit";
        owner.close(Ending.violation(what), new ErrorCondition(Conditions.NOT_ALLOWED, what));
    }

    /** A connection that was one identity's by its login has no use without it; one that puts tokens can go on. */
    private void lastEnded(String reason) {
        boolean single = plain || hasCertificate && tokens.size() == 0;
        if (single) {
            owner.close(Ending.byHub(reason), new ErrorCondition(Conditions.FORCED, reason));
        }
    }

    private void write(ProtonBuffer buffer, @Nullable Runnable written) {
        owner.write(bytes(buffer));
        if (written != null) {
            written.run();
        }
    }

    private static ByteBuf bytes(ProtonBuffer buffer) {
        if (buffer instanceof Netty4ToProtonBufferAdapter adapter) {
            return adapter.unwrapAndRelease();
        }
        byte[] copy = new byte[buffer.getReadableBytes()];
        buffer.copyInto(buffer.getReadOffset(), copy, 0, copy.length);
        return Unpooled.wrappedBuffer(copy);
    }

    private static boolean isHeader(byte[] frame) {
        return frame.length == FrameSplitter.HEADER_BYTES
                && frame[0] == 'A'
                && frame[1] == 'M'
                && frame[2] == 'Q'
                && frame[3] == 'P';
    }

    private static String what(@Nullable Throwable failure) {
        return failure == null ? "the engine failed" : String.valueOf(failure.getMessage());
    }
}

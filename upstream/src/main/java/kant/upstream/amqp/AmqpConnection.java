package kant.upstream.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.io.IOException;
import java.util.List;
import kant.model.error.Refusal;
import kant.upstream.drive.Reason;
import org.apache.qpid.protonj2.codec.DecodeException;
import org.apache.qpid.protonj2.engine.Connection;
import org.apache.qpid.protonj2.engine.Engine;
import org.apache.qpid.protonj2.engine.EngineFactory;
import org.apache.qpid.protonj2.engine.Session;
import org.apache.qpid.protonj2.engine.exceptions.ProtonException;
import org.apache.qpid.protonj2.engine.sasl.client.SaslAuthenticator;
import org.apache.qpid.protonj2.engine.sasl.client.SaslMechanismSelector;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One AMQP connection from the open channel to its end: SASL ANONYMOUS, open, the links to {@code $cbs}, empty frames. The
 * sessions in it belong to the identities. Every method runs on the channel's event loop; after the end it tells its owner
 * nothing.
 */
final class AmqpConnection extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger log = LoggerFactory.getLogger(AmqpConnection.class);

    private static final int MAX_FRAME_BYTES = 64 * 1024;

    /** As many sessions as channel numbers allow; a parent that allows fewer says so. */
    private static final int MOST_SESSIONS = 65_535;

    /** Who wants it. */
    interface Owner {
        /** Tokens can be put and sessions begun. */
        void ready(AmqpConnection connection);

        /** Ended, not by {@link #close}. */
        void lost(String reason);

        /** There never was one. */
        void unreached(String reason);

        /** The socket takes more again. */
        void writable();
    }

    private final Channel channel;
    private final AmqpParts parts;
    private final Owner owner;
    private final Engine engine = EngineFactory.PROTON.createEngine();
    private final EngineChannel bytes;
    private final Connection connection;
    private final Cbs cbs;
    private final LinkTerms terms;
    private boolean ended;

    AmqpConnection(Channel channel, AmqpParts parts, Owner owner) {
        this.channel = channel;
        this.parts = parts;
        this.owner = owner;
        terms = new LinkTerms(parts.config().product(), "", "");
        bytes = new EngineChannel(channel, engine);
        engine.errorHandler(failed -> gaveUp(failed.failureCause()));
        engine.saslDriver()
                .client()
                .setListener(new SaslAuthenticator(
                        new SaslMechanismSelector(List.of("ANONYMOUS")),
                        new NoCredentials(parts.parent().hostName())));
        connection = engine.start();
        cbs = new Cbs(connection.session(), channel.eventLoop(), parts.config().answer());
    }

    // ---- what the owner and the identities ask

    Cbs cbs() {
        return cbs;
    }

    EngineChannel bytes() {
        return bytes;
    }

    /**
     * A session for an identity's links, not yet begun.
     *
     * @throws IllegalStateException where the parent allows no more
     */
    Session session() {
        return connection.session();
    }

    boolean alive() {
        return !ended;
    }

    /** Ends it from our side; the owner is told nothing any more. */
    void close() {
        if (ended) {
            return;
        }
        ended = true;
        if (connection.isLocallyOpen() && !engine.isFailed()) {
            connection.close();
            bytes.flush();
        }
        finish("it was closed");
    }

    /** Ends it from the other side. */
    void fail(@Nullable String reason) {
        if (ended) {
            return;
        }
        ended = true;
        String known = reason == null ? "for no known reason" : reason;
        owner.lost(known);
        finish(known);
    }

    // ---- what the channel brings

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        connection
                .setContainerId("kant-" + parts.randomness().uuid())
                .setHostname(parts.parent().hostName())
                .setMaxFrameSize(MAX_FRAME_BYTES)
                .setChannelMax(MOST_SESSIONS)
                .setIdleTimeout(parts.config().idleTimeout().toMillis())
                .openHandler(_ -> opened())
                .closeHandler(remote -> fail("the parent closed the connection" + words(remote.getRemoteCondition())))
                .open();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf received) {
        if (!ended) {
            bytes.read(received);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (!ended && channel.isWritable()) {
            owner.writable();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        // one that fails without a connection is told by whoever failed to connect, or by the close
        if (event instanceof SslHandshakeCompletionEvent tls && !tls.isSuccess() && channel.isActive()) {
            fail("TLS with the parent failed: " + Reason.of(tls.cause()));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail("the parent closed the connection");
        bytes.release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        // what the TLS handler finds wrong arrives wrapped in a DecoderException; what the engine throws it has told
        // already
        if (!(cause instanceof IOException || cause instanceof DecoderException || engine.isFailed())) {
            log.atError().setCause(cause).log("the connection to the parent failed by a bug of ours");
        }
        fail("the connection failed: " + Reason.of(cause));
    }

    // ---- steps

    private void opened() {
        connection.tickAuto(channel.eventLoop());
        var _ = cbs.open(terms, this::fail).whenComplete((_, failure) -> {
            if (ended) {
                return;
            }
            if (failure == null) {
                owner.ready(this);
            } else {
                fail("no links to $cbs: " + Reason.of(failure));
            }
        });
    }

    /** The engine takes nothing more: the parent broke the protocol, said nothing for too long, or one of our handlers failed. */
    private void gaveUp(Throwable cause) {
        boolean parents = cause instanceof IOException
                || cause instanceof ProtonException
                || cause instanceof DecodeException
                || cause instanceof ParentFault;
        if (!parents) {
            log.atError().setCause(cause).log("the AMQP engine failed by a bug of ours");
        }
        fail("the AMQP engine gave up: " + Reason.of(cause));
    }

    private void finish(String reason) {
        cbs.failAll(new Refusal.Unavailable("the connection to the parent is gone: " + reason));
        engine.shutdown();
        var _ = channel.close();
    }

    private static String words(@Nullable ErrorCondition condition) {
        return condition == null ? "" : ": " + condition.getCondition() + " " + condition.getDescription();
    }
}

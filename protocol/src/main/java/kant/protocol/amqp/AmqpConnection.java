package kant.protocol.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import kant.protocol.amqp.wire.Conditions;
import kant.protocol.head.Ending;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.Carrier;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.OnLoop;
import kant.protocol.net.Writes;
import org.apache.qpid.protonj2.types.transport.ErrorCondition;
import org.jspecify.annotations.Nullable;

/**
 * One peer's connection, owned by its event loop: bytes in and out, back-pressure, time-outs and the end. What is said on it is {@link
 * AmqpPeer}'s, once the first bytes tell whether there is a SASL layer.
 */
@OnLoop
final class AmqpConnection extends ChannelInboundHandlerAdapter implements AmqpPeer.Owner {
    /** How long the last bytes may take to leave. */
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final HeadContext head;
    private final Channel channel;
    private final ConnectionContext context;
    private final IdleWatch idle;
    private boolean begun;
    private boolean closed;
    private @Nullable AmqpPeer peer;
    private @Nullable ScheduledFuture<?> arrival;
    private @Nullable ScheduledFuture<?> stall;

    AmqpConnection(HeadContext head, Channel channel) {
        this.head = head;
        this.channel = channel;
        var loop = new LoopQueue(channel, this::afterBatch, this::failed);
        context = new ConnectionContext(
                head,
                channel,
                loop,
                new Inflight(head.limits().inflightBytes()),
                this::failed,
                Carrier.of(channel) == Carrier.WEB_SOCKET ? "amqpWs" : "amqp");
        idle = new IdleWatch(channel, head.time(), head.limits().idle(), this::silent);
    }

    // ---- what Netty tells

    /** A channel that WebSocket upgraded is active already. */
    @Override
    public void handlerAdded(ChannelHandlerContext handler) {
        if (channel.isActive()) {
            begin();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext handler) {
        begin();
        handler.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext handler, Object message) {
        if (!(message instanceof byte[] frame) || closed) {
            ReferenceCountUtil.release(message);
            return;
        }
        idle.read();
        try {
            if (peer == null) {
                peer = AmqpPeer.start(frame, context, this);
            }
            peer.read(frame);
        } catch (ProtocolViolation violation) {
            close(Ending.violation(violation.what()), new ErrorCondition(Conditions.NOT_ALLOWED, violation.what()));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext handler) {
        afterBatch();
        handler.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext handler) {
        cancel(stall);
        stall = null;
        if (channel.isWritable()) {
            if (peer != null && !closed) {
                peer.ready();
            }
        } else if (!closed) {
            stall = ChannelTasks.after(
                    channel,
                    head.limits().stalled(),
                    () -> close(Ending.overdue("the client does not read what it is sent"), null));
        }
        afterBatch();
        handler.fireChannelWritabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext handler, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            close(channel.isActive() ? Ending.of(handshake.cause()) : Ending.gone("during the TLS handshake"), null);
        }
        handler.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext handler) {
        close(Ending.gone("without CLOSE"), null);
        handler.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext handler, Throwable failure) {
        Ending ending = Ending.of(failure);
        close(ending, new ErrorCondition(ending.bug() == null ? Conditions.NOT_ALLOWED : Conditions.INTERNAL, null));
    }

    // ---- what the peer tells

    @Override
    public void write(ByteBuf bytes) {
        idle.written();
        Writes.write(channel, bytes);
    }

    @Override
    public void arrived(Duration peersIdle) {
        cancel(arrival);
        idle.begin(peersIdle);
    }

    @Override
    public void close(Ending ending, @Nullable ErrorCondition condition) {
        if (closed) {
            return;
        }
        closed = true;
        head.log().write(ending, String.valueOf(channel.remoteAddress()), peer == null ? "" : peer.name());
        cancel(arrival);
        cancel(stall);
        idle.close();
        if (peer != null) {
            peer.end(condition);
        }
        leave();
    }

    // ---- steps

    /** Closes when what was written is out, or at once where the peer does not read it. */
    private void leave() {
        if (!channel.isWritable()) {
            Writes.close(channel);
            return;
        }
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        if (channel.isOpen()) {
            var patience = ChannelTasks.after(channel, FAREWELL, () -> Writes.close(channel));
            channel.closeFuture().addListener(_ -> patience.cancel(false));
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            arrival = ChannelTasks.after(
                    channel, head.limits().arrival(), () -> close(Ending.overdue("no OPEN came in time"), null));
        }
    }

    /** Sends what a batch of frames or completions has given rise to, and reads on or stops reading. */
    private void afterBatch() {
        channel.flush();
        if (!closed) {
            channel.config().setAutoRead(!context.inflight().isFull() && channel.isWritable());
        }
    }

    private void failed(Throwable bug) {
        close(Ending.bug(bug), new ErrorCondition(Conditions.INTERNAL, "internal error"));
    }

    private void silent() {
        close(
                Ending.overdue("the client was silent for longer than the idle time-out allows"),
                new ErrorCondition(Conditions.LIMIT_EXCEEDED, "idle time-out"));
    }

    private static void cancel(@Nullable ScheduledFuture<?> timer) {
        if (timer != null) {
            timer.cancel(false);
        }
    }
}

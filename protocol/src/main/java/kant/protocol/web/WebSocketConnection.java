package kant.protocol.web;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import kant.protocol.net.ChannelTasks;
import kant.protocol.net.LineBudget;
import kant.protocol.net.OnLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frames on one side, a stream of bytes on the other: neither MQTT nor AMQP cares where frames begin. Answers pings, and
 * turns a close into the closing handshake.
 *
 * <pre>
 * state    event                       does                                             next
 * OPEN     data                        passes it on                                     OPEN
 * OPEN     close from behind           sends CLOSE 1000                                 CLOSING
 * OPEN     a frame that may not be     sends CLOSE with its code, one line in the log   CLOSING
 * OPEN     CLOSE                       sends CLOSE with the same code, ends the socket  CLOSED
 * CLOSING  data                        drops it                                         CLOSING
 * CLOSING  CLOSE, or no answer         ends the socket                                  CLOSED
 * </pre>
 */
@OnLoop
final class WebSocketConnection extends ChannelDuplexHandler {
    private static final Logger log = LoggerFactory.getLogger(WebSocketConnection.class);

    /** How long the client may take to answer a close. */
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private static final int SHORT_LENGTH = 125;
    private static final int FIN = 0x80;

    /** What every connection of one head may write into the log. */
    private final LineBudget lines;

    private final FrameParser frames = new FrameParser();
    private boolean closing;
    private boolean deaf;
    private @Nullable ScheduledFuture<?> farewell;

    WebSocketConnection(LineBudget lines) {
        this.lines = lines;
    }

    // ---- from the client

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf bytes)) {
            context.fireChannelRead(message);
            return;
        }
        try {
            if (!deaf) {
                frames.read(bytes, new Frames(context));
            }
        } catch (FrameViolation violation) {
            deaf = true;
            warn(context, violation);
            sayFarewell(context, violation.code().number());
        } finally {
            bytes.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deaf = true;
        if (farewell != null) {
            farewell.cancel(false);
        }
        context.fireChannelInactive();
    }

    private final class Frames implements FrameParser.Sink {
        private final ChannelHandlerContext context;

        Frames(ChannelHandlerContext context) {
            this.context = context;
        }

        @Override
        public void data(ByteBuf piece) {
            if (closing) {
                piece.release();
            } else {
                context.fireChannelRead(piece);
            }
        }

        @Override
        public void ping(ByteBuf payload) {
            // who sends pings and does not read the pongs gets none: they would pile up
            if (closing || !context.channel().isWritable()) {
                payload.release();
                return;
            }
            writeFrame(context, Opcode.PONG, payload, context.voidPromise());
            context.flush();
        }

        @Override
        public void close(int code) {
            deaf = true;
            if (!closing) {
                closing = true;
                writeClose(context, code == 0 ? CloseCode.NORMAL.number() : code);
            }
            var _ = context.close();
        }
    }

    // ---- to the client

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf bytes)) {
            var _ = context.write(message, promise);
        } else if (closing) {
            ReferenceCountUtil.release(bytes);
            promise.tryFailure(new ClosedChannelException());
        } else if (bytes.isReadable()) {
            writeFrame(context, Opcode.BINARY, bytes, promise);
        } else {
            var _ = context.write(bytes, promise); // a frame of nothing would say nothing
        }
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        if (deaf || !context.channel().isActive()) {
            var _ = context.close(promise);
            return;
        }
        context.channel().closeFuture().addListener(_ -> promise.trySuccess());
        if (!closing) {
            sayFarewell(context, CloseCode.NORMAL.number());
        }
    }

    /** Sends a close, and ends the socket when the client has answered or does not. */
    private void sayFarewell(ChannelHandlerContext context, int code) {
        if (closing) {
            return;
        }
        closing = true;
        writeClose(context, code);
        context.channel().config().setAutoRead(true); // or the answer would not be seen
        farewell = ChannelTasks.after(context.channel(), FAREWELL, () -> {
            var _ = context.close();
        });
    }

    private static void writeClose(ChannelHandlerContext context, int code) {
        writeFrame(context, Opcode.CLOSE, Unpooled.buffer(Short.BYTES).writeShort(code), context.voidPromise());
        context.flush();
    }

    private static void writeFrame(ChannelHandlerContext context, int opcode, ByteBuf payload, ChannelPromise promise) {
        int bytes = payload.readableBytes();
        ByteBuf header = context.alloc().buffer(2 + Long.BYTES).writeByte(FIN | opcode);
        if (bytes <= SHORT_LENGTH) {
            header.writeByte(bytes);
        } else if (bytes <= 0xffff) {
            header.writeByte(126).writeShort(bytes);
        } else {
            header.writeByte(127).writeLong(bytes);
        }
        var _ = context.write(header, context.voidPromise());
        var _ = context.write(payload, promise);
    }

    private void warn(ChannelHandlerContext context, FrameViolation violation) {
        long before = lines.spend(context.channel().eventLoop().ticker().nanoTime());
        if (before != LineBudget.NONE) {
            log.atWarn()
                    .addKeyValue("peer", context.channel().remoteAddress())
                    .addKeyValue("reason", violation.getMessage())
                    .addKeyValue("linesSuppressed", before)
                    .log("WebSocket closed, protocol violated");
        }
    }
}

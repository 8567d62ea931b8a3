package kant.upstream.dial;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives a connection up on which the other end says nothing at all: something on the way has let us in, and nobody is behind
 * it. Goes with the first bytes, from when on the protocols have their own limits.
 */
final class FirstAnswer extends ChannelInboundHandlerAdapter {
    /** Long enough for the first flight of TLS over a line of seconds, short enough to try again soon. */
    static final Duration LIMIT = Duration.ofSeconds(6);

    private final Dialler.Caller caller;
    private @Nullable Future<?> patience;

    FirstAnswer(Dialler.Caller caller) {
        this.caller = caller;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        patience = ctx.executor().schedule(() -> silent(ctx), LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (patience != null) {
            patience.cancel(false);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ctx.pipeline().remove(this);
        ctx.fireChannelRead(message);
    }

    private void silent(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            caller.failed("the connection was let in, and then nothing came for " + LIMIT.toSeconds() + " s");
            var _ = ctx.close();
        }
    }
}

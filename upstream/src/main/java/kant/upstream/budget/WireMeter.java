package kant.upstream.budget;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/** Tells a budget of every byte that goes to the socket; stands before all other handlers. */
@Sharable
public final class WireMeter extends ChannelOutboundHandlerAdapter {
    private final Budget budget;

    public WireMeter(Budget budget) {
        this.budget = budget;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            budget.written(bytes.readableBytes());
        }
        var _ = ctx.write(message, promise);
    }
}

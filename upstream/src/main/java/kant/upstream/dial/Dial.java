package kant.upstream.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import kant.upstream.drive.Reason;
import org.jspecify.annotations.Nullable;

/**
 * One try to reach a peer. Where nobody answers, another socket knocks beside the first, and another, until one is let in: the
 * kernel itself would repeat its knock after one, two, four, eight seconds, and would be in the middle of such a pause when the
 * network comes back. Owned by the event loop.
 */
public final class Dial {
    /** The pause between two knocks, and so the longest that a network may be back without being noticed here. */
    private static final long KNOCK_MILLIS = 1000;

    private final Bootstrap bootstrap;
    private final EventLoop loop;
    private final InetSocketAddress address;
    private final Consumer<Channel> assemble;
    private final Consumer<String> unreached;
    private final List<Channel> knocking = new ArrayList<>();
    private @Nullable Channel reached;
    private @Nullable Future<?> next;
    private boolean ended;

    /**
     * @param bootstrap without a handler yet
     * @param prepare adds the handlers that a socket needs before it connects
     * @param assemble adds handlers to the channel that was let in, before they hear that it is active
     * @param unreached told why nobody answered
     */
    Dial(
            Bootstrap bootstrap,
            EventLoop loop,
            InetSocketAddress address,
            Consumer<ChannelPipeline> prepare,
            Consumer<Channel> assemble,
            Consumer<String> unreached) {
        this.bootstrap = bootstrap.handler(new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel fresh) {
                prepare.accept(fresh.pipeline());
                fresh.pipeline().addLast(new Door());
            }
        });
        this.loop = loop;
        this.address = address;
        this.assemble = assemble;
        this.unreached = unreached;
    }

    void start() {
        if (ended || reached != null) {
            return;
        }
        ChannelFuture connecting = bootstrap.connect(address);
        knocking.add(connecting.channel());
        next = loop.schedule(this::start, KNOCK_MILLIS, TimeUnit.MILLISECONDS);
        connecting.addListener(result -> {
            if (!result.isSuccess()) {
                failed(Reason.of(result.cause()));
            }
        });
    }

    /** Calls it off, or closes what was reached. */
    public void close() {
        end();
        if (reached != null) {
            var _ = reached.close();
        }
    }

    /** An answer that says no is an answer: there is no use in knocking on. */
    private void failed(String reason) {
        if (!ended && reached == null) {
            end();
            unreached.accept(reason);
        }
    }

    private void letIn(Channel channel) {
        reached = channel;
        knocking.remove(channel);
        end();
    }

    private void end() {
        ended = true;
        if (next != null) {
            next.cancel(false);
        }
        knocking.forEach(channel -> {
            var _ = channel.close();
        });
        knocking.clear();
    }

    /** Stands in each socket's pipeline until it is known which of them is let in first. */
    private final class Door extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            if (ended || reached != null) {
                var _ = channel.close();
                return;
            }
            letIn(channel);
            assemble.accept(channel);
            ctx.fireChannelActive();
            ctx.pipeline().remove(this);
        }
    }
}

package kant.upstream.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.protocol.net.EventLoops;
import kant.protocol.net.Listener;
import org.jspecify.annotations.Nullable;

/** A proxy that makes tunnels by HTTP CONNECT, to this machine whatever name is asked for; with credentials where it is given some. */
public final class ConnectProxy implements AutoCloseable {
    private static final int LONGEST_LINE = 8192;

    /** What was asked for, such as {@code hub.kant.test:443}. */
    public final List<String> tunnels = new CopyOnWriteArrayList<>();

    private final EventLoops loops;
    private final @Nullable String authorization;
    private final Listener listener;

    /** @param authorization the value of {@code Proxy-Authorization} that it wants, null for none */
    public ConnectProxy(EventLoops loops, @Nullable String authorization) throws IOException {
        this.loops = loops;
        this.authorization = authorization;
        listener = Listener.bind(
                loops,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                100,
                channel -> channel.pipeline()
                        .addLast(new LineBasedFrameDecoder(LONGEST_LINE))
                        .addLast(new Request()));
    }

    public int port() {
        return listener.port();
    }

    @Override
    public void close() {
        listener.close();
    }

    private final class Request extends ChannelInboundHandlerAdapter {
        private String target = "";
        private boolean authorized = authorization == null;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            String line = text((ByteBuf) message);
            if (target.isEmpty()) {
                target = line.split(" ")[1];
            } else if (line.regionMatches(true, 0, "proxy-authorization:", 0, 20)) {
                authorized = line.substring(20).strip().equals(authorization);
            } else if (line.isEmpty() && authorized) {
                connect(ctx.channel());
            } else if (line.isEmpty()) {
                ctx.writeAndFlush(Unpooled.copiedBuffer(
                        "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n",
                        StandardCharsets.US_ASCII));
                ctx.close();
            }
        }

        private void connect(Channel client) {
            tunnels.add(target);
            int port = Integer.parseInt(target.substring(target.lastIndexOf(':') + 1));
            client.config().setAutoRead(false);
            new Bootstrap()
                    .group(client.eventLoop())
                    .channel(loops.clientChannel())
                    .handler(new Relay(client))
                    .connect(InetAddress.getLoopbackAddress(), port)
                    .addListener(result -> {
                        if (!result.isSuccess()) {
                            client.close();
                        }
                    });
        }

        private static String text(ByteBuf line) {
            try {
                return new String(ByteBufUtil.getBytes(line), StandardCharsets.US_ASCII);
            } finally {
                line.release();
            }
        }
    }

    /** Sends what one side says to the other; on the way there it answers the request. */
    private static final class Relay extends ChannelInboundHandlerAdapter {
        private final Channel other;

        Relay(Channel other) {
            this.other = other;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) {
            if (other.pipeline().get(LineBasedFrameDecoder.class) == null) {
                return;
            }
            other.pipeline().remove(Request.class);
            other.pipeline().remove(LineBasedFrameDecoder.class);
            other.pipeline().addLast(new Relay(ctx.channel()));
            other.writeAndFlush(
                    Unpooled.copiedBuffer("HTTP/1.1 200 Connection established\r\n\r\n", StandardCharsets.US_ASCII));
            other.config().setAutoRead(true);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            other.writeAndFlush(message);
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            other.close();
        }
    }
}

package kant.upstream.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ServerTls;

/** A TLS server that answers each request with whatever bytes a test wants, or closes, or says nothing. */
final class FakeHttp implements AutoCloseable {

    /** What becomes of the request of this number on the connection of that number, both from 1. */
    interface Script {
        void answer(Peer peer, int connection, int request);
    }

    /** One client's connection. */
    record Peer(Channel channel) {
        void say(String text) {
            channel.writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
        }

        void hangUp() {
            channel.close();
        }
    }

    /** The heads of all requests. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    final AtomicInteger connections = new AtomicInteger();

    /** The connections that were closed from the other side, or by {@link Peer#hangUp}. */
    final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();

    private final Channel listening;

    FakeHttp(EventLoops loops, ServerTls tls, Script script) {
        listening = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accepted.pipeline()
                                .addLast(tls.newHandler(accepted.alloc()))
                                .addLast(new Reader(script));
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        listening.close().syncUninterruptibly();
    }

    private final class Reader extends SimpleChannelInboundHandler<ByteBuf> {
        private final Script script;
        private final int number = connections.incrementAndGet();
        private final StringBuilder text = new StringBuilder();
        private int seen;

        Reader(Script script) {
            this.script = script;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf bytes) {
            text.append(bytes.toString(StandardCharsets.ISO_8859_1));
            for (int end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
                requests.add(text.substring(0, end));
                text.delete(0, end + 4);
                script.answer(new Peer(ctx.channel()), number, ++seen);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            closed.add(number);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            // a client that does not trust us, or is gone: tests look at its side
            ctx.close();
        }
    }
}

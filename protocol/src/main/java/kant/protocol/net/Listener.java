package kant.protocol.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One listening socket and the connections it accepted, at most so many at once. When all places are taken the oldest of the
 * {@link Strangers} makes room.
 */
public final class Listener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Listener.class);

    private static final int BACKLOG = 1024;
    private static final long CLOSE_SECONDS = 5;

    /** How much may wait in a connection's send buffer before it counts as not writable, and when it counts as writable again. */
    private static final WriteBufferWaterMark SEND_BUFFER = new WriteBufferWaterMark(32 * 1024, 128 * 1024);

    private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
    private final Strangers strangers = new Strangers();
    private final int maxConnections;
    private final Channel server;

    private Listener(EventLoops loops, InetSocketAddress address, int maxConnections, Consumer<Channel> initializer)
            throws IOException {
        this.maxConnections = maxConnections;
        this.server = bind(loops, address, initializer);
    }

    /**
     * Binds an address and gives each accepted connection its pipeline.
     *
     * @param maxConnections sockets above this number take the place of a stranger, or are closed where there is none; with
     *     room for more than the clients that a service admits there always is one
     * @throws IOException where the address cannot be bound; the message says which and why
     */
    public static Listener bind(
            EventLoops loops, InetSocketAddress address, int maxConnections, Consumer<Channel> initializer)
            throws IOException {
        return new Listener(loops, address, maxConnections, initializer);
    }

    /** The port it listens on. */
    public int port() {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** Stops listening, closes every connection and waits a bounded time for both. */
    @Override
    public void close() {
        boolean closed = server.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS)
                && connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        if (!closed) {
            log.atWarn()
                    .addKeyValue("address", server.localAddress())
                    .log("listener's connections did not close in time");
        }
    }

    private Channel bind(EventLoops loops, InetSocketAddress address, Consumer<Channel> initializer)
            throws IOException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loops.group())
                .channel(loops.serverChannel())
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, SEND_BUFFER)
                .childHandler(new Accepted(initializer))
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": "
                            + bound.cause().getMessage()
                            + ". Stop what uses that address, or choose another one",
                    bound.cause());
        }
        return bound.channel();
    }

    private final class Accepted extends ChannelInitializer<Channel> {
        private final Consumer<Channel> initializer;

        Accepted(Consumer<Channel> initializer) {
            this.initializer = initializer;
        }

        @Override
        protected void initChannel(Channel channel) {
            if (connections.size() >= maxConnections && !strangers.closeOldest()) {
                log.atDebug().addKeyValue("peer", channel.remoteAddress()).log("connection closed, too many are open");
                Writes.close(channel);
                return;
            }
            connections.add(channel);
            strangers.welcome(channel);
            initializer.accept(channel);
        }
    }
}

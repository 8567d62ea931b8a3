package kant.protocol.net;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A program's event loops with the channel types that fit them: native epoll where it loads, else the JDK's NIO. */
public final class EventLoops implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EventLoops.class);

    /** How long running tasks may take to end when the loops stop. */
    private static final long STOP_SECONDS = 5;

    private final EventLoopGroup group;
    private final Class<? extends ServerChannel> serverChannel;
    private final Class<? extends Channel> clientChannel;

    private EventLoops(
            EventLoopGroup group,
            Class<? extends ServerChannel> serverChannel,
            Class<? extends Channel> clientChannel) {
        this.group = group;
        this.serverChannel = serverChannel;
        this.clientChannel = clientChannel;
    }

    /** Starts loops; each is one daemon thread, begun at its first use. */
    public static EventLoops start(int threads) {
        return Epoll.isAvailable()
                ? new EventLoops(
                        group(threads, EpollIoHandler.newFactory()),
                        EpollServerSocketChannel.class,
                        EpollSocketChannel.class)
                : new EventLoops(
                        group(threads, NioIoHandler.newFactory()),
                        NioServerSocketChannel.class,
                        NioSocketChannel.class);
    }

    public EventLoopGroup group() {
        return group;
    }

    /** The type of listening sockets on these loops. */
    public Class<? extends ServerChannel> serverChannel() {
        return serverChannel;
    }

    /** The type of dialling sockets on these loops. */
    public Class<? extends Channel> clientChannel() {
        return clientChannel;
    }

    /** Stops all loops and waits a bounded time for them. Close what listens and dials first. */
    @Override
    public void close() {
        boolean stopped = group.shutdownGracefully(0, STOP_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(STOP_SECONDS + 1, TimeUnit.SECONDS);
        if (!stopped) {
            log.atWarn().addKeyValue("seconds", STOP_SECONDS).log("event loops did not stop in time");
        }
    }

    private static EventLoopGroup group(int threads, IoHandlerFactory factory) {
        return new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("kant-loop", true), factory);
    }
}

package kant.daemonapi.unix;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import kant.world.Tasks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 on one unix socket: bounded heads and bodies, a limit of connections per user, answers in one write, handlers on virtual
 * threads. One request at a time per connection; a client that pipelines is cut off.
 */
public final class UnixHttpServer implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(UnixHttpServer.class);
    private static final int MAX_LINE_BYTES = 8 * 1024;
    /** Room for the 500 headers that the Java SDK may send. */
    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private static final int MAX_CHUNK_BYTES = 16 * 1024;
    private static final int BACKLOG = 64;
    private static final int CLOSE_SECONDS = 10;

    private final UnixServerConfig config;
    private final Tasks tasks;
    private final ApiHandler handler;
    private final ConnectionLimit limit;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final Channel listener;

    private UnixHttpServer(UnixServerConfig config, EventLoopGroup loops, Tasks tasks, ApiHandler handler)
            throws IOException {
        this.config = config;
        this.tasks = tasks;
        this.handler = handler;
        this.limit = new ConnectionLimit(config.maxConnectionsPerUser());
        var bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(UnixTransport.serverChannel(loops))
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) throws IOException {
                        accept(channel);
                    }
                });
        this.listener = SocketFile.bind(bootstrap, loops, config);
    }

    /**
     * Binds the socket, replacing whatever has its name, and serves it until closed.
     *
     * @param loops native epoll ones, if handlers are to know the peer's pid
     */
    public static UnixHttpServer start(UnixServerConfig config, EventLoopGroup loops, Tasks tasks, ApiHandler handler)
            throws IOException {
        return new UnixHttpServer(config, loops, tasks, handler);
    }

    /** Whether these loops can tell the pid of a peer. */
    public static boolean tellsPid(EventLoopGroup loops) {
        return UnixTransport.isNative(loops);
    }

    /** Where it listens. */
    public Path socket() {
        return config.socket();
    }

    private void accept(Channel channel) throws IOException {
        Peer peer = UnixTransport.peer(channel);
        if (!limit.enter(peer.uid())) {
            log.atWarn()
                    .addKeyValue("socket", config.socket())
                    .addKeyValue("uid", peer.uid())
                    .addKeyValue("limit", config.maxConnectionsPerUser())
                    .log("too many connections, one was closed");
            var _ = channel.close();
            return;
        }
        channel.closeFuture().addListener(_ -> limit.leave(peer.uid()));
        connections.add(channel);
        channel.pipeline()
                .addLast(new HttpRequestDecoder(MAX_LINE_BYTES, MAX_HEADER_BYTES, MAX_CHUNK_BYTES))
                .addLast(new UnixConnection(config, tasks, handler, peer));
    }

    /** Stops listening, removes the socket's file, ends the connections. */
    @Override
    public void close() {
        boolean quiet = listener.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS)
                && connections.close().awaitUninterruptibly(CLOSE_SECONDS, TimeUnit.SECONDS);
        try {
            Files.deleteIfExists(config.socket());
        } catch (IOException e) {
            log.atWarn().setCause(e).addKeyValue("socket", config.socket()).log("socket file stays behind");
        }
        if (!quiet) {
            log.atWarn().addKeyValue("socket", config.socket()).log("connections did not close in time");
        }
    }
}

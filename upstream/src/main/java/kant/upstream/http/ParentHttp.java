package kant.upstream.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kant.protocol.net.EventLoops;
import kant.upstream.ParentConfig;
import kant.upstream.dial.Peer;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/**
 * HTTPS calls to the parent. A call blocks its thread, so it belongs on a virtual one; any number of threads may call, a
 * bounded number of calls runs at a time. Connections are kept for a while and used again. An answer of any status is an
 * answer; a failure to get one is an {@link IOException} that says what was asked and why it failed.
 */
public final class ParentHttp implements AutoCloseable {
    /** Calls at a time; a hub refreshes identities with few, and a parent allows few. */
    private static final int MOST_CALLS = 16;

    private static final int LONGEST_LINE_BYTES = 8192;
    private static final int LARGEST_HEADER_BYTES = 32 * 1024;
    private static final int LARGEST_CHUNK_BYTES = 16 * 1024;

    private final ParentConfig parent;
    private final EventLoops loops;
    private final Time time;
    private final Semaphore turns = new Semaphore(MOST_CALLS, true);
    private final HttpConnections connections;
    private final AtomicInteger dials = new AtomicInteger();

    public ParentHttp(ParentConfig parent, EventLoops loops, Time time) {
        this.parent = parent;
        this.loops = loops;
        this.time = time;
        connections = new HttpConnections(time);
    }

    /**
     * Makes one call.
     *
     * @param pathAndQuery percent-encoded, begins with {@code /}
     * @param headers besides {@code Host} and {@code Content-Length}, which are made here
     * @param limit for all of it, from connecting to the last byte of the answer
     * @throws SocketTimeoutException where the limit is over
     * @throws IllegalArgumentException where method, path or a header cannot be sent as HTTP
     */
    public HttpReply call(
            String method, String pathAndQuery, Map<String, String> headers, byte @Nullable [] body, Duration limit)
            throws IOException {
        var call = new OutgoingCall(method, pathAndQuery, headers, body, parent.hostHeader());
        var deadline = new Deadline(time, call, limit);
        takeTurn(deadline);
        try {
            return answer(call, deadline);
        } finally {
            turns.release();
        }
    }

    /** Closes all connections; calls that wait for an answer fail. */
    @Override
    public void close() {
        connections.close();
    }

    private void takeTurn(Deadline deadline) throws IOException {
        try {
            if (!turns.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
                throw deadline.passed("waits for its turn behind " + MOST_CALLS + " others");
            }
        } catch (InterruptedException _) {
            throw deadline.interrupted();
        }
    }

    private HttpReply answer(OutgoingCall call, Deadline deadline) throws IOException {
        HttpConnection kept = connections.takeIdle();
        if (kept != null) {
            try {
                return exchange(kept, call, deadline);
            } catch (ClosedEarlyException e) {
                // the parent closed it while it was idle; what may have been done must not be done twice
                if (e.sent() && !call.repeatable()) {
                    throw e;
                }
            }
        }
        return exchange(dial(deadline), call, deadline);
    }

    private HttpReply exchange(HttpConnection connection, OutgoingCall call, Deadline deadline) throws IOException {
        try {
            HttpReply reply = deadline.await(connection.exchange(call), "waits for the answer");
            connections.giveBack(connection);
            return reply;
        } catch (IOException e) {
            connection.close();
            throw e;
        }
    }

    private HttpConnection dial(Deadline deadline) throws IOException {
        Peer peer = Peer.https(parent, dials.getAndIncrement());
        var connected = new CompletableFuture<Void>();
        var secured = new CompletableFuture<HttpConnection>();
        ChannelFuture connecting = peer.prepare(new Bootstrap())
                .group(loops.group())
                .channel(loops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, deadline.leftMillis())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        assemble(channel, secured);
                        peer.tunnel(channel.pipeline(), Duration.ofMillis(deadline.leftMillis()));
                    }
                })
                .connect(peer.address());
        connecting.addListener(result -> {
            if (result.isSuccess()) {
                connected.complete(null);
            } else {
                connected.completeExceptionally(new IOException("cannot connect to " + peer, result.cause()));
            }
        });
        try {
            // in this order: TLS fails too where there is no connection, and would be blamed for it
            return deadline.await(connected.thenCompose(_ -> secured), "connects to " + peer);
        } catch (IOException e) {
            var _ = connecting.channel().close();
            throw e;
        }
    }

    private void assemble(Channel channel, CompletableFuture<HttpConnection> secured) {
        SslHandler tls = parent.tls().newHandler(channel.alloc(), parent.hostName(), parent.httpsPort());
        var connection = new HttpConnection(channel);
        channel.pipeline()
                .addLast(tls)
                .addLast(new HttpClientCodec(LONGEST_LINE_BYTES, LARGEST_HEADER_BYTES, LARGEST_CHUNK_BYTES))
                .addLast(connection);
        connections.opened(connection);
        tls.handshakeFuture().addListener(result -> {
            if (result.isSuccess()) {
                secured.complete(connection);
            } else {
                secured.completeExceptionally(
                        new IOException("TLS with \"" + parent.hostName() + "\" failed", result.cause()));
            }
        });
    }
}

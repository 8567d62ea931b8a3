package kant.upstream.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import kant.protocol.net.EventLoops;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.upstream.drive.Reason;

/**
 * Dials the parent for one protocol.
 *
 * @param port the protocol's own port
 * @param subprotocol its name in WebSockets
 * @param limit how long connecting may take, and the proxy's and the WebSocket's answer
 */
public record Dialler(ParentConfig parent, EventLoops loops, int port, String subprotocol, Duration limit) {

    /** Who wants the channel. Called on its event loop. */
    public interface Caller {
        /**
         * The channel can carry the protocol's bytes, or will as soon as it is active: adds handlers at the end of its
         * pipeline, which hear {@code channelActive} afterwards.
         */
        void assemble(Channel channel);

        /** There is no connection. */
        void failed(String reason);
    }

    /** Finds out where to connect to; blocks, so not for event loops. */
    public Peer resolve(Transport transport, int attempt) throws IOException {
        return switch (transport) {
            case TCP -> Peer.direct(parent, port, attempt);
            case WEBSOCKET -> Peer.https(parent, attempt);
        };
    }

    /** Connects; closing the channel given back calls it off. */
    public Channel dial(EventLoop loop, Transport transport, Peer peer, Caller caller) {
        ChannelFuture connecting = peer.prepare(new Bootstrap())
                .group(loop)
                .channel(loops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(limit.toMillis()))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        assemble(fresh, transport, peer, caller);
                    }
                })
                .connect(peer.address());
        connecting.addListener(result -> {
            if (!result.isSuccess()) {
                caller.failed("cannot connect to " + peer + ": " + Reason.of(result.cause()));
            }
        });
        return connecting.channel();
    }

    private void assemble(Channel fresh, Transport transport, Peer peer, Caller caller) {
        int tlsPort = transport == Transport.TCP ? port : parent.httpsPort();
        fresh.pipeline().addLast(parent.tls().newHandler(fresh.alloc(), parent.hostName(), tlsPort));
        switch (transport) {
            case TCP -> caller.assemble(fresh);
            case WEBSOCKET -> WebSocketOpening.add(fresh.pipeline(), parent, subprotocol, limit, caller);
        }
        peer.tunnel(fresh.pipeline(), limit);
    }
}

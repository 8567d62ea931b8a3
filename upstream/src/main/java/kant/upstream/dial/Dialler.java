package kant.upstream.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import kant.protocol.net.EventLoops;
import kant.upstream.ParentConfig;
import kant.upstream.Transport;
import kant.upstream.budget.Budget;
import kant.upstream.budget.WireMeter;

/** Dials the parent for one protocol. */
public final class Dialler {
    private final ParentConfig parent;
    private final EventLoops loops;
    private final int port;
    private final String subprotocol;
    private final Duration limit;
    private final Addresses addresses;
    private final WireMeter meter;

    /**
     * @param port the protocol's own port
     * @param subprotocol its name in WebSockets
     * @param limit how long connecting may take, and the proxy's and the WebSocket's answer
     * @param lookups where names are resolved, which blocks
     * @param budget told of each byte sent
     */
    public Dialler(
            ParentConfig parent,
            EventLoops loops,
            int port,
            String subprotocol,
            Duration limit,
            Executor lookups,
            Budget budget) {
        this.parent = parent;
        this.loops = loops;
        this.port = port;
        this.subprotocol = subprotocol;
        this.limit = limit;
        addresses = new Addresses(lookups);
        meter = new WireMeter(budget);
    }

    /** Who wants the channel. Called on its event loop. */
    public interface Caller {
        /**
         * The channel can carry the protocol's bytes, or will as soon as it is active: adds handlers at the end of its
         * pipeline, which hear {@code channelActive} afterwards.
         */
        void assemble(Channel channel);

        /** Nobody answers there, or nobody lets us in: there was no connection at all. */
        void unreached(String reason);

        /** There was one, and it cannot be used. */
        void failed(String reason);
    }

    public ParentConfig parent() {
        return parent;
    }

    /** Finds out where to connect to; blocks, so not for event loops. */
    public Peer resolve(Transport transport, int attempt) throws IOException {
        return switch (transport) {
            case TCP -> Peer.direct(parent, port, addresses, attempt);
            case WEBSOCKET -> Peer.https(parent, addresses, attempt);
        };
    }

    /** Connects; closing what is given back calls it off. */
    public Dial dial(EventLoop loop, Transport transport, Peer peer, Caller caller) {
        Bootstrap bootstrap = DeadPeer.notice(peer.prepare(new Bootstrap()), loops)
                .group(loop)
                .channel(loops.clientChannel())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(limit.toMillis()));
        var dial = new Dial(
                bootstrap,
                loop,
                peer.address(),
                fresh -> {
                    peer.tunnel(fresh, limit);
                    fresh.addFirst(meter);
                },
                open -> assemble(open, transport, caller),
                reason -> caller.unreached("cannot connect to " + peer + ": " + reason));
        dial.start();
        return dial;
    }

    private void assemble(Channel open, Transport transport, Caller caller) {
        open.pipeline().addFirst(new FirstAnswer(caller));
        int tlsPort = transport == Transport.TCP ? port : parent.httpsPort();
        open.pipeline().addLast(parent.tls().newHandler(open.alloc(), parent.hostName(), tlsPort));
        switch (transport) {
            case TCP -> caller.assemble(open);
            case WEBSOCKET -> WebSocketOpening.add(open.pipeline(), parent, subprotocol, limit, caller);
        }
    }
}

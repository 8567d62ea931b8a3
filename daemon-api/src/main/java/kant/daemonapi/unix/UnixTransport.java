package kant.daemonapi.unix;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;

/** Native epoll where the event loops are of that kind, which alone tells the peer's pid; the JDK's sockets otherwise. */
final class UnixTransport {
    private UnixTransport() {}

    static boolean isNative(EventLoopGroup loops) {
        return loops instanceof IoEventLoopGroup group && group.isIoType(EpollIoHandler.class);
    }

    static Class<? extends ServerChannel> serverChannel(EventLoopGroup loops) {
        return isNative(loops) ? EpollServerDomainSocketChannel.class : NioServerDomainSocketChannel.class;
    }

    static SocketAddress address(EventLoopGroup loops, Path path) {
        return isNative(loops) ? new DomainSocketAddress(path.toFile()) : UnixDomainSocketAddress.of(path);
    }

    static Peer peer(Channel channel) throws IOException {
        if (channel instanceof EpollDomainSocketChannel domain) {
            PeerCredentials credentials = domain.peerCredentials();
            return new Peer(credentials.pid(), credentials.uid());
        }
        return new Peer(Peer.UNKNOWN, Peer.UNKNOWN);
    }
}

package kant.upstream.dial;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import java.time.Duration;
import kant.protocol.net.EventLoops;

/**
 * Lets the kernel notice a peer that is gone without a word sooner than a protocol's keep-alive would, where something is on
 * its way to it. The JDK's own sockets have no such option; there the keep-alive has to do.
 */
final class DeadPeer {
    /**
     * A connection that makes no progress at all for so long is given up; one that crawls is not. The kernel repeats what is
     * lost at ever longer intervals, so that after an outage of a quarter of a minute it would be silent for as long again: to
     * dial anew is quicker.
     */
    private static final Duration NO_PROGRESS = Duration.ofSeconds(8);

    private DeadPeer() {}

    static Bootstrap notice(Bootstrap bootstrap, EventLoops loops) {
        return loops.clientChannel() == EpollSocketChannel.class
                ? bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(NO_PROGRESS.toMillis()))
                : bootstrap;
    }
}

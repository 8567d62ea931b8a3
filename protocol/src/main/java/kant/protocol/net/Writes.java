package kant.protocol.net;

import io.netty.channel.Channel;

/**
 * Writes and closes whose outcome nobody waits for. A write that fails reaches the pipeline's {@code exceptionCaught}, which
 * ends the connection; a close that fails finds it ended.
 */
public final class Writes {
    private Writes() {}

    /** Hands over a packet; it leaves with the next flush. */
    public static void write(Channel channel, Object packet) {
        var _ = channel.write(packet, channel.voidPromise());
    }

    /** Hands over a packet and sends everything handed over. */
    public static void send(Channel channel, Object packet) {
        var _ = channel.writeAndFlush(packet, channel.voidPromise());
    }

    public static void close(Channel channel) {
        var _ = channel.close();
    }
}

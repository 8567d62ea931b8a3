package kant.protocol.mqtt;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.OnLoop;

/**
 * Sees that every packet which the framer passed on came out of the codec. A length inside a packet may claim more bytes than
 * the packet has; the codec would wait for them and take them from the packet that follows.
 */
@OnLoop
final class PacketCheck extends ChannelInboundHandlerAdapter {
    private final PacketFramer framer;
    private long decoded;

    PacketCheck(PacketFramer framer) {
        this.framer = framer;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        decoded++;
        context.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (decoded < framer.passed()) {
            context.fireExceptionCaught(new ProtocolViolation("a length inside a packet is larger than the packet"));
        }
        context.fireChannelReadComplete();
    }
}

package kant.protocol.amqp;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import kant.protocol.head.ProtocolViolation;

/**
 * Cuts a stream of bytes into frames and protocol headers (AMQP 1.0 §2.2, §2.3), each a byte array of its own: the one copy that a frame
 * sees on its way in, after which no buffer of the socket's can leak whatever becomes of the frame.
 */
final class FrameSplitter extends ByteToMessageDecoder {
    /** The word "AMQP", which no frame's size can be. */
    static final int HEADER = 0x414d5150;

    static final int HEADER_BYTES = 8;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws ProtocolViolation {
        if (in.readableBytes() < HEADER_BYTES) {
            return;
        }
        int first = in.getInt(in.readerIndex());
        int size = first == HEADER ? HEADER_BYTES : first;
        if (size < HEADER_BYTES || size > AmqpLimits.FRAME_BYTES) {
            in.skipBytes(in.readableBytes());
            throw new ProtocolViolation("a frame claims " + Integer.toUnsignedString(size) + " bytes; frames have "
                    + HEADER_BYTES + " to " + AmqpLimits.FRAME_BYTES);
        }
        if (in.readableBytes() >= size) {
            out.add(ByteBufUtil.getBytes(in.readSlice(size)));
        }
    }

    /** Where the peer went in the middle of a frame there is nothing to decode. */
    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        in.skipBytes(in.readableBytes());
    }
}

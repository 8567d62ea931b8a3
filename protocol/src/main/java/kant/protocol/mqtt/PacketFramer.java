package kant.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import kant.protocol.head.ProtocolViolation;
import kant.protocol.net.OnLoop;

/**
 * Passes on whole packets only, as many at once as have arrived, without a copy. The codec behind it starts a packet anew
 * with every piece that arrives, and looks at a packet's size late; this one looks at the announced size first.
 */
@OnLoop
final class PacketFramer extends ByteToMessageDecoder {
    /** A message of 256 KiB and the longest topic there is; whether the message is too large is the session's question. */
    static final int MAX_PACKET_BYTES = 262_144 + 65_535 + 16;

    /** User name, token and a modest will: nobody who has not shown a credential needs more. */
    static final int MAX_CONNECT_BYTES = 65_536;

    /** MQTT 3.1.1 §2.2.3: one byte of type, one to four of length. */
    private static final int MAX_LENGTH_DIGITS = 4;

    private static final int INCOMPLETE = -1;

    private boolean first = true;
    private boolean broken;
    private long passed;

    /** How many packets have been passed on. */
    long passed() {
        return passed;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws ProtocolViolation {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            int whole = wholePackets(in);
            if (whole > 0) {
                out.add(in.readRetainedSlice(whole));
            }
        } catch (ProtocolViolation violation) {
            broken = true;
            in.skipBytes(in.readableBytes());
            throw violation;
        }
    }

    @Override
    protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        super.decodeLast(context, in, out);
        if (in.isReadable()) {
            broken = true;
            int rest = in.readableBytes();
            in.skipBytes(rest);
            // not thrown: the decoder below would tell the end of the connection first, and the reason too late
            context.fireExceptionCaught(
                    new ProtocolViolation("the connection ended inside a packet, after " + rest + " of its bytes"));
        }
    }

    private int wholePackets(ByteBuf in) throws ProtocolViolation {
        int end = in.readerIndex();
        while (true) {
            int next = packetEnd(in, end);
            if (next == INCOMPLETE) {
                return end - in.readerIndex();
            }
            first = false;
            passed++;
            end = next;
        }
    }

    /** Where the packet that begins at an index ends, or {@link #INCOMPLETE}. */
    private int packetEnd(ByteBuf in, int start) throws ProtocolViolation {
        int at = start + 1;
        int length = 0;
        for (int digit = 0; at < in.writerIndex(); digit++, at++) {
            if (digit == MAX_LENGTH_DIGITS) {
                throw new ProtocolViolation("a packet's length has more than " + MAX_LENGTH_DIGITS + " bytes");
            }
            int octet = in.getByte(at);
            length |= (octet & 0x7f) << 7 * digit;
            if (octet >= 0) {
                checkLength(length);
                int end = at + 1 + length;
                return end <= in.writerIndex() ? end : INCOMPLETE;
            }
        }
        return INCOMPLETE;
    }

    private void checkLength(int length) throws ProtocolViolation {
        int limit = first ? MAX_CONNECT_BYTES : MAX_PACKET_BYTES;
        if (length > limit) {
            throw new ProtocolViolation("a packet of " + length + " bytes was announced, the limit is " + limit);
        }
    }
}

package kant.protocol.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import java.nio.charset.StandardCharsets;
import kant.protocol.net.OnLoop;
import org.jspecify.annotations.Nullable;

/**
 * Writes PUBLISH and PUBACK, all between two flushes, into one buffer: a buffer, an encryption and a place in each queue for
 * every packet would cost more than the packets. The rare others go to the codec behind it.
 */
@OnLoop
final class PacketGatherer extends ChannelOutboundHandlerAdapter {
    /** A TLS record's worth; what is gathered beyond it waits where it counts against the socket's room. */
    private static final int PASS_ON_BYTES = 16 << 10;

    private static final int FIRST_BYTES = 512;

    /** Fixed header with the longest length field, two lengths of two bytes: topic and packet id. */
    private static final int MAX_HEAD_BYTES = 5 + 2 + 2;

    private static final int PUBACK_BYTES = 4;
    private static final int DUP = 8;
    private static final int RETAIN = 1;

    private @Nullable ByteBuf gathered;

    @Override
    public void write(ChannelHandlerContext context, Object packet, ChannelPromise promise) {
        switch (packet) {
            case MqttPublishMessage publish -> {
                try {
                    write(context, publish);
                } finally {
                    publish.release();
                }
                passOn(context, promise);
            }
            case MqttPubAckMessage acknowledgement -> {
                write(context, acknowledgement);
                passOn(context, promise);
            }
            default -> {
                passOn(context);
                var _ = context.write(packet, promise);
            }
        }
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        passOn(context);
        context.flush();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    private void write(ChannelHandlerContext context, MqttPublishMessage packet) {
        MqttPublishVariableHeader header = packet.variableHeader();
        ByteBuf payload = packet.payload();
        int qos = packet.fixedHeader().qosLevel().value();
        int topicBytes = ByteBufUtil.utf8Bytes(header.topicName());
        int length = 2 + topicBytes + (qos > 0 ? 2 : 0) + payload.readableBytes();
        ByteBuf out = room(context, MAX_HEAD_BYTES + topicBytes + payload.readableBytes());
        out.writeByte(MqttMessageType.PUBLISH.value() << 4
                | (packet.fixedHeader().isDup() ? DUP : 0)
                | qos << 1
                | (packet.fixedHeader().isRetain() ? RETAIN : 0));
        writeLength(out, length);
        out.writeShort(topicBytes);
        out.writeCharSequence(header.topicName(), StandardCharsets.UTF_8);
        if (qos > 0) {
            out.writeShort(header.packetId());
        }
        out.writeBytes(payload, payload.readerIndex(), payload.readableBytes());
    }

    private void write(ChannelHandlerContext context, MqttPubAckMessage packet) {
        room(context, PUBACK_BYTES)
                .writeByte(MqttMessageType.PUBACK.value() << 4)
                .writeByte(2)
                .writeShort(packet.variableHeader().messageId());
    }

    /** MQTT 3.1.1 §2.2.3: seven bits a byte, lowest first. */
    private static void writeLength(ByteBuf out, int length) {
        int rest = length;
        while (rest >= 0x80) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    /** A buffer with room for so much more, so that it need not grow within a packet. */
    private ByteBuf room(ChannelHandlerContext context, int bytes) {
        ByteBuf out = gathered;
        if (out == null) {
            out = context.alloc().directBuffer(Math.max(FIRST_BYTES, bytes));
            gathered = out;
        }
        return out.ensureWritable(bytes);
    }

    /** At once where somebody waits for this packet to leave, or much is gathered. */
    private void passOn(ChannelHandlerContext context, ChannelPromise promise) {
        ByteBuf out = gathered;
        if (out != null && (!promise.isVoid() || out.readableBytes() >= PASS_ON_BYTES)) {
            gathered = null;
            var _ = context.write(out, promise);
        }
    }

    private void passOn(ChannelHandlerContext context) {
        ByteBuf out = gathered;
        if (out != null) {
            gathered = null;
            var _ = context.write(out, context.voidPromise());
        }
    }
}

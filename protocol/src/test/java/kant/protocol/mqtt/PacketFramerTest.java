package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class PacketFramerTest {

    @Test
    void packets_come_out_whole_however_the_bytes_arrive() {
        Seeds.check(500, gen -> {
            var stream = new ByteArrayOutputStream();
            List<Integer> ends = new ArrayList<>(List.of(0));
            for (int i = gen.upTo(8); i >= 0; i--) {
                stream.writeBytes(packet(gen.bytes(gen.upTo(gen.size() * 10))));
                ends.add(stream.size());
            }
            var channel = new EmbeddedChannel(new PacketFramer());
            var out = new ByteArrayOutputStream();
            byte[] all = stream.toByteArray();

            for (int at = 0; at < all.length; ) {
                int length = Math.min(all.length - at, 1 + gen.upTo(gen.size() * 3));
                channel.writeInbound(Unpooled.copiedBuffer(all, at, length));
                at += length;
                for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
                    out.writeBytes(ByteBufUtil.getBytes(part));
                    part.release();
                    assertThat(ends).contains(out.size());
                }
            }

            assertThat(out.toByteArray()).isEqualTo(all);
            channel.finishAndReleaseAll();
        });
    }

    @Test
    void a_packet_that_is_announced_too_large_is_refused_before_it_comes() {
        var channel = new EmbeddedChannel(new PacketFramer());

        Assertions.assertThatThrownBy(() -> channel.writeInbound(
                        Unpooled.wrappedBuffer(new byte[] {0x10, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f})))
                .isInstanceOf(DecoderException.class)
                .hasMessageContaining("268435455");
    }

    @Test
    void the_first_packet_may_be_no_larger_than_a_connect() {
        var channel = new EmbeddedChannel(new PacketFramer());

        Assertions.assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(packet(new byte[70_000]))))
                .isInstanceOf(DecoderException.class);
    }

    @Test
    void a_length_of_five_bytes_is_a_violation() {
        var channel = new EmbeddedChannel(new PacketFramer());

        Assertions.assertThatThrownBy(() -> channel.writeInbound(Unpooled.wrappedBuffer(
                        new byte[] {0x10, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 1})))
                .isInstanceOf(DecoderException.class);
    }

    private static byte[] packet(byte[] body) {
        var packet = new ByteArrayOutputStream();
        packet.write(0x30);
        int left = body.length;
        do {
            packet.write(left > 127 ? left & 0x7f | 0x80 : left);
            left >>>= 7;
        } while (left > 0);
        packet.writeBytes(body);
        return packet.toByteArray();
    }
}

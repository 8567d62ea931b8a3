package kant.protocol.mqtt;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.mqtt.MqttEncoder;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttMessageType;
import io.netty.handler.codec.mqtt.MqttPubAckMessage;
import io.netty.handler.codec.mqtt.MqttPublishMessage;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;
import io.netty.handler.codec.mqtt.MqttQoS;
import java.io.ByteArrayOutputStream;
import java.util.List;
import kant.protocol.net.Writes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketGathererTest {
    private final EmbeddedChannel gathering = new EmbeddedChannel(MqttEncoder.INSTANCE, new PacketGatherer());
    private final EmbeddedChannel plain = new EmbeddedChannel(MqttEncoder.INSTANCE);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 127, 128, 16_383, 16_384, 262_144})
    void the_bytes_are_those_of_the_codec_in_the_order_of_the_packets(int payloadBytes) {
        write(gathering, payloadBytes);
        write(plain, payloadBytes);

        assertThat(written(gathering)).isEqualTo(written(plain));
    }

    @Test
    void what_is_written_between_two_flushes_is_one_buffer() {
        for (int id = 1; id <= 20; id++) {
            Writes.write(gathering, acknowledgement(id));
        }
        gathering.flush();

        assertThat(gathering.outboundMessages()).hasSize(1);
        gathering.finishAndReleaseAll();
    }

    @Test
    void nothing_is_kept_when_the_connection_ends() {
        ByteBuf payload = Unpooled.wrappedBuffer(new byte[10]);
        Writes.write(gathering, publish(payload, MqttQoS.AT_LEAST_ONCE, true));

        gathering.close();

        assertThat(payload.refCnt()).isZero();
        assertThat(gathering.outboundMessages()).isEmpty();
    }

    private static void write(EmbeddedChannel channel, int payloadBytes) {
        for (MqttMessage packet : List.of(
                publish(Unpooled.wrappedBuffer(new byte[payloadBytes]), MqttQoS.AT_LEAST_ONCE, true),
                acknowledgement(65_535),
                new MqttMessage(new MqttFixedHeader(MqttMessageType.PINGRESP, false, MqttQoS.AT_MOST_ONCE, false, 0)),
                publish(Unpooled.wrappedBuffer(new byte[payloadBytes]), MqttQoS.AT_MOST_ONCE, false))) {
            Writes.write(channel, packet);
        }
        channel.flush();
    }

    private static MqttPublishMessage publish(ByteBuf payload, MqttQoS qos, boolean repeated) {
        return new MqttPublishMessage(
                new MqttFixedHeader(MqttMessageType.PUBLISH, repeated, qos, !repeated, 0),
                new MqttPublishVariableHeader("devices/dév/é=%20", qos == MqttQoS.AT_MOST_ONCE ? 0 : 513),
                payload);
    }

    private static MqttPubAckMessage acknowledgement(int packetId) {
        return new MqttPubAckMessage(
                new MqttFixedHeader(MqttMessageType.PUBACK, false, MqttQoS.AT_MOST_ONCE, false, 0),
                MqttMessageIdVariableHeader.from(packetId));
    }

    private static byte[] written(EmbeddedChannel channel) {
        var all = new ByteArrayOutputStream();
        for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
            all.writeBytes(ByteBufUtil.getBytes(out));
            out.release();
        }
        return all.toByteArray();
    }
}

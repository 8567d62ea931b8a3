package kant.protocol.mqtt;

import io.netty.channel.Channel;
import io.netty.handler.codec.mqtt.MqttDecoder;
import io.netty.handler.codec.mqtt.MqttEncoder;

/** What stands between the socket, or its TLS, and a {@link MqttConnection}. */
final class MqttPipeline {
    static final String FRAMER = "framer";

    /** IoT Hub ids are two times 128 characters, each perhaps percent-encoded; Netty's own limit is 23. */
    private static final int MAX_CLIENT_ID = 1024;

    private MqttPipeline() {}

    static void add(Channel channel, HeadContext head) {
        var framer = new PacketFramer();
        channel.pipeline()
                .addLast(FRAMER, framer)
                .addLast("decoder", new MqttDecoder(PacketFramer.MAX_PACKET_BYTES, MAX_CLIENT_ID))
                .addLast("check", new PacketCheck(framer))
                .addLast("encoder", MqttEncoder.INSTANCE)
                .addLast("gatherer", new PacketGatherer())
                .addLast("connection", new MqttConnection(head, channel));
    }
}

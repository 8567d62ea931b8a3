package kant.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Well-formed packets, by hand. */
final class MqttPackets {
    private static final int MAX_TEXT_BYTES = 65_535;
    private static final byte[] MQTT_LEVEL_4 = {0, 4, 'M', 'Q', 'T', 'T', 4};
    private static final int USER_PASSWORD = 0xC0;
    private static final String TOKEN = "SharedAccessSignature sr=hub.kant.test&sig=AAAA&se=4102444800";

    private MqttPackets() {}

    /** A client that is let in, with subscriptions that outlive the connection. */
    static byte[] connect(String identity) {
        return connectAs("hub.kant.test/" + identity + "/?api-version=2021-04-12", identity);
    }

    static byte[] connectAs(String user, String clientId) {
        var body = new ByteArrayOutputStream();
        body.writeBytes(MQTT_LEVEL_4);
        body.write(USER_PASSWORD);
        body.write(0);
        body.write(60);
        text(clientId, body);
        text(user, body);
        text(TOKEN, body);
        return packet(0x10, body.toByteArray());
    }

    static byte[] subscribe(String filter) {
        var body = new ByteArrayOutputStream();
        body.write(0);
        body.write(1);
        text(filter, body);
        body.write(1);
        return packet(0x82, body.toByteArray());
    }

    static byte[] publish(String topic, int packetId, String payload) {
        var body = new ByteArrayOutputStream();
        text(topic, body);
        body.write(packetId >> 8);
        body.write(packetId);
        body.writeBytes(payload.getBytes(StandardCharsets.UTF_8));
        return packet(0x32, body.toByteArray());
    }

    private static void text(String text, ByteArrayOutputStream into) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] fitting = bytes.length <= MAX_TEXT_BYTES ? bytes : Arrays.copyOf(bytes, MAX_TEXT_BYTES);
        into.write(fitting.length >> 8);
        into.write(fitting.length);
        into.writeBytes(fitting);
    }

    private static byte[] packet(int first, byte[] body) {
        var packet = new ByteArrayOutputStream();
        packet.write(first);
        int left = body.length;
        do {
            packet.write(left > 127 ? (left & 127) | 128 : left);
            left >>= 7;
        } while (left > 0);
        packet.writeBytes(body);
        return packet.toByteArray();
    }
}

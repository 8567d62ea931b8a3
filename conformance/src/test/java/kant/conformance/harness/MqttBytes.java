package kant.conformance.harness;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** MQTT 3.1.1 packets as bytes, written out by hand so that they can also be written wrongly. */
public final class MqttBytes {
    static final int CONNACK = 0x20;
    static final int PUBLISH = 0x30;
    static final int PUBACK = 0x40;
    static final int SUBACK = 0x90;
    static final int UNSUBACK = 0xb0;
    static final int PINGRESP = 0xd0;

    private static final int CONNECT = 0x10;
    private static final int PUBLISH_QOS_1 = 0x32;
    private static final int SUBSCRIBE = 0x82;
    private static final int UNSUBSCRIBE = 0xa2;
    private static final int USER_PASSWORD_CLEAN = 0xc2;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public static byte[] connect(String clientId, String user, String password, int keepAliveSeconds) {
        return packet(
                CONNECT,
                new MqttBytes()
                        .text("MQTT")
                        .octet(4)
                        .octet(USER_PASSWORD_CLEAN)
                        .number(keepAliveSeconds)
                        .text(clientId)
                        .text(user)
                        .text(password)
                        .done());
    }

    /**
     * A CONNECT of any kind.
     *
     * @param password null for none
     * @param willTopic null for no will
     */
    public record Connect(
            String clientId,
            String user,
            String password,
            int keepAliveSeconds,
            boolean clean,
            String willTopic,
            String will) {
        private static final int CLEAN = 0x02;
        private static final int WILL_QOS_1 = 0x0c;
        private static final int PASSWORD = 0x40;
        private static final int USER = 0x80;

        public static Connect as(String clientId, String user, String password) {
            return new Connect(clientId, user, password, 120, true, null, null);
        }

        public Connect keepAlive(int seconds) {
            return new Connect(clientId, user, password, seconds, clean, willTopic, will);
        }

        /** Clean session 0. */
        public Connect persistent() {
            return new Connect(clientId, user, password, keepAliveSeconds, false, willTopic, will);
        }

        public Connect will(String topic, String payload) {
            return new Connect(clientId, user, password, keepAliveSeconds, clean, topic, payload);
        }

        byte[] bytes() {
            int flags = USER
                    | (password == null ? 0 : PASSWORD)
                    | (clean ? CLEAN : 0)
                    | (willTopic == null ? 0 : WILL_QOS_1);
            var rest = new MqttBytes()
                    .text("MQTT")
                    .octet(4)
                    .octet(flags)
                    .number(keepAliveSeconds)
                    .text(clientId);
            if (willTopic != null) {
                rest.text(willTopic).text(will);
            }
            rest.text(user);
            return packet(CONNECT, (password == null ? rest : rest.text(password)).done());
        }
    }

    public static byte[] subscribe(int packetId, String filter) {
        return subscribe(packetId, filter, 1);
    }

    public static byte[] subscribe(int packetId, String filter, int qos) {
        return packet(
                SUBSCRIBE,
                new MqttBytes().number(packetId).text(filter).octet(qos).done());
    }

    public static byte[] unsubscribe(int packetId, String filter) {
        return packet(UNSUBSCRIBE, new MqttBytes().number(packetId).text(filter).done());
    }

    /** @param flags DUP 8, QoS 2 or 4, RETAIN 1; a QoS above 0 takes the packet id */
    public static byte[] publish(int flags, String topic, int packetId, byte[] payload) {
        var rest = new MqttBytes().text(topic);
        if ((flags & 6) != 0) {
            rest.number(packetId);
        }
        return packet(PUBLISH | flags, rest.raw(payload).done());
    }

    public static byte[] publish(String topic, int packetId, byte[] payload) {
        return packet(
                PUBLISH_QOS_1,
                new MqttBytes().text(topic).number(packetId).raw(payload).done());
    }

    public static byte[] puback(int packetId) {
        return packet(PUBACK, new MqttBytes().number(packetId).done());
    }

    /** A packet with its true length. */
    public static byte[] packet(int head, byte[] rest) {
        return new MqttBytes().octet(head).length(rest.length).raw(rest).done();
    }

    /** Only the beginning of a packet, which says that so many bytes follow. */
    public static byte[] announcing(int head, int length) {
        return new MqttBytes().octet(head).length(length).done();
    }

    public MqttBytes octet(int value) {
        bytes.write(value);
        return this;
    }

    public MqttBytes number(int value) {
        return octet(value >> 8).octet(value);
    }

    public MqttBytes text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return number(utf8.length).raw(utf8);
    }

    public MqttBytes raw(byte[] value) {
        bytes.writeBytes(value);
        return this;
    }

    public byte[] done() {
        return bytes.toByteArray();
    }

    private MqttBytes length(int value) {
        int rest = value;
        do {
            int digit = rest & 0x7f;
            rest >>= 7;
            octet(rest > 0 ? digit | 0x80 : digit);
        } while (rest > 0);
        return this;
    }
}

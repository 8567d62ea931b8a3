package kant.conformance.harness;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import kant.conformance.wire.TlsWire;
import kant.conformance.wire.Wire;

/** An MQTT client that does exactly what it is told, over real TLS; also what no client should do. Not for several threads. */
public final class MqttSocket implements AutoCloseable {
    private static final int PORT = 8883;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    private final Wire wire;
    private final Queue<Packet> early = new ArrayDeque<>();
    private final DataInputStream in;
    private int packetIds;

    private MqttSocket(Wire wire) throws IOException {
        this.wire = wire;
        in = new DataInputStream(wire.in());
    }

    /** MQTT on a connection that stands. */
    public static MqttSocket on(Wire wire) throws IOException {
        return new MqttSocket(wire);
    }

    /** Connects and shakes hands, nothing more. */
    public static MqttSocket dial(String address, SSLContext trust) throws IOException {
        return on(TlsWire.dial(address, PORT, trust));
    }

    /** Connects as this identity; fails where it is not let in. */
    public static MqttSocket open(String address, SSLContext trust, SasIdentity identity)
            throws IOException, GeneralSecurityException {
        MqttSocket client = dial(address, trust);
        try {
            client.connect(identity);
            return client;
        } catch (IOException e) {
            client.close();
            throw e;
        }
    }

    /** A packet: its first byte and what follows its length. */
    public record Packet(int head, byte[] body) {
        int kind() {
            return head & 0xf0;
        }
    }

    /** What a CONNECT was answered with. */
    public record Connected(boolean sessionPresent, int code) {}

    /**
     * A message.
     *
     * @param flags of its first byte: DUP 8, QoS 2, RETAIN 1
     * @param id 0 with QoS 0
     */
    public record Received(int flags, int id, String topic, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public boolean again() {
            return (flags & 8) != 0;
        }

        /** The value of a property in its topic, decoded; null where there is none. */
        public String property(String name) {
            for (String pair : topic.substring(topic.lastIndexOf('/') + 1).split("&")) {
                String[] parts = pair.replaceFirst("^\\?", "").split("=", 2);
                if (parts.length == 2 && decoded(parts[0]).equals(name)) {
                    return decoded(parts[1]);
                }
            }
            return null;
        }

        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }

    /** Connects and returns the answer, whatever it is; an exception where the server closes instead. */
    public Connected connect(MqttBytes.Connect connect) throws IOException {
        write(connect.bytes());
        byte[] answer = await(MqttBytes.CONNACK).body();
        return new Connected(answer[0] == 1, answer[1]);
    }

    public void connect(SasIdentity identity) throws IOException, GeneralSecurityException {
        write(MqttBytes.connect(identity.clientId(), identity.userName(), identity.token(), 120));
        byte[] answer = await(MqttBytes.CONNACK).body();
        if (answer[1] != 0) {
            throw new IOException(identity.clientId() + " was refused with code " + answer[1]);
        }
    }

    public void subscribe(String filter) throws IOException {
        if (subscribe(filter, 1) < 0) {
            throw new IOException("the subscription to " + filter + " was refused");
        }
    }

    /** The granted quality of service. */
    public int subscribe(String filter, int qos) throws IOException {
        write(MqttBytes.subscribe(nextId(), filter, qos));
        return await(MqttBytes.SUBACK).body()[2];
    }

    public void unsubscribe(String filter) throws IOException {
        write(MqttBytes.unsubscribe(nextId(), filter));
        await(MqttBytes.UNSUBACK);
    }

    public void ping() throws IOException {
        write(MqttBytes.packet(0xc0, new byte[0]));
        await(MqttBytes.PINGRESP);
    }

    /** Leaves politely. */
    public void disconnect() throws IOException {
        write(MqttBytes.packet(0xe0, new byte[0]));
        wire.close();
    }

    /** Ends without a word, as a power cut would: a TCP reset. */
    public void reset() throws IOException {
        wire.socket().setSoLinger(true, 0);
        wire.close();
    }

    /** Sends with these flags and waits for nothing. */
    public void publish(int flags, String topic, String payload) throws IOException {
        write(MqttBytes.publish(flags, topic, nextId(), payload.getBytes(StandardCharsets.UTF_8)));
    }

    /** Sends with QoS 1 and waits for the PUBACK; an exception where the hub closes instead. */
    public void send(String topic, byte[] payload) throws IOException {
        write(MqttBytes.publish(topic, nextId(), payload));
        await(MqttBytes.PUBACK);
    }

    public void send(String topic, String payload) throws IOException {
        send(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The packet id of the next PUBACK; an exception where the hub closes instead. */
    public int nextAcknowledged() throws IOException {
        return number(await(MqttBytes.PUBACK).body(), 0);
    }

    /** The next message, acknowledged. */
    public Received receive() throws IOException {
        Received received = receiveOnly();
        if (received.id() != 0) {
            acknowledge(received.id());
        }
        return received;
    }

    /** The next message, left unacknowledged. */
    public Received receiveOnly() throws IOException {
        Packet packet = await(MqttBytes.PUBLISH);
        byte[] body = packet.body();
        int topicEnd = 2 + number(body, 0);
        boolean counted = (packet.head() & 6) != 0;
        return new Received(
                packet.head() & 0x0f,
                counted ? number(body, topicEnd) : 0,
                new String(body, 2, topicEnd - 2, StandardCharsets.UTF_8),
                Arrays.copyOfRange(body, topicEnd + (counted ? 2 : 0), body.length));
    }

    public void acknowledge(int id) throws IOException {
        write(MqttBytes.puback(id));
    }

    /** Whether no message comes for a time. */
    public boolean staysEmptyFor(Duration time) throws IOException {
        wire.timeout(time);
        try {
            early.add(awaitUnread(MqttBytes.PUBLISH));
            return false;
        } catch (SocketTimeoutException _) {
            return true;
        } finally {
            wire.timeout(ANSWER);
        }
    }

    /** Whatever bytes. */
    public void write(byte[] bytes) throws IOException {
        wire.write(bytes);
    }

    /** Ends the sending direction; what the server still says can be read. */
    public void endOutput() throws IOException {
        wire.socket().shutdownOutput();
    }

    /** Whether the server closes this connection within a time; what it says before is skipped. */
    public boolean isClosedWithin(Duration limit) throws IOException {
        long deadline = System.nanoTime() + limit.toNanos();
        byte[] rest = new byte[4096];
        while (true) {
            long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
            if (left <= 0) {
                return false;
            }
            wire.timeout(Duration.ofMillis(left));
            try {
                if (in.read(rest) < 0) {
                    return true;
                }
            } catch (SocketTimeoutException _) {
                return false;
            } catch (SSLException | SocketException _) {
                return true; // reset instead of a polite end
            }
        }
    }

    /** How the server's log names this connection's end. */
    public int localPort() {
        return wire.socket().getLocalPort();
    }

    @Override
    public void close() throws IOException {
        wire.close();
    }

    /** Waits for a packet; messages that come before it are kept, for a server may send them before its SUBACK. */
    private Packet await(int kind) throws IOException {
        if (kind == MqttBytes.PUBLISH && !early.isEmpty()) {
            return early.remove();
        }
        return awaitUnread(kind);
    }

    private Packet awaitUnread(int kind) throws IOException {
        while (true) {
            Packet packet = read();
            if (packet.kind() == kind) {
                return packet;
            }
            if (packet.kind() == MqttBytes.PUBLISH) {
                early.add(packet);
            }
        }
    }

    private Packet read() throws IOException {
        int head = in.read();
        if (head < 0) {
            throw new EOFException("the server closed the connection");
        }
        byte[] body = new byte[length()];
        in.readFully(body);
        return new Packet(head, body);
    }

    private int length() throws IOException {
        int length = 0;
        for (int shift = 0; ; shift += 7) {
            int digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            if (digit < 0x80) {
                return length;
            }
        }
    }

    private int nextId() {
        packetIds = packetIds % 65_535 + 1;
        return packetIds;
    }

    private static int number(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
    }
}

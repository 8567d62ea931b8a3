package kant.conformance.harness;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** An MQTT client that does exactly what it is told, over real TLS; also what no client should do. Not for several threads. */
public final class MqttSocket implements AutoCloseable {
    private static final int PORT = 8883;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    /** So small that a client that does not read fills it at once. */
    private static final int RECEIVE_BYTES = 16 * 1024;

    private final SSLSocket socket;
    private final Queue<Packet> early = new ArrayDeque<>();
    private final DataInputStream in;
    private int packetIds;

    private MqttSocket(SSLSocket socket) throws IOException {
        this.socket = socket;
        in = new DataInputStream(socket.getInputStream());
    }

    /** Connects and shakes hands, nothing more. */
    public static MqttSocket dial(String address, SSLContext trust) throws IOException {
        var socket = (SSLSocket) trust.getSocketFactory().createSocket();
        try {
            socket.setReceiveBufferSize(RECEIVE_BYTES);
            socket.connect(new InetSocketAddress(address, PORT), (int) ANSWER.toMillis());
            socket.setSoTimeout((int) ANSWER.toMillis());
            socket.startHandshake();
            return new MqttSocket(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
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

    /** A message, already acknowledged. */
    public record Received(String topic, byte[] payload) {
        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }
    }

    public void connect(SasIdentity identity) throws IOException, GeneralSecurityException {
        write(MqttBytes.connect(identity.clientId(), identity.userName(), identity.token(), 120));
        byte[] answer = await(MqttBytes.CONNACK).body();
        if (answer[1] != 0) {
            throw new IOException(identity.clientId() + " was refused with code " + answer[1]);
        }
    }

    public void subscribe(String filter) throws IOException {
        write(MqttBytes.subscribe(nextId(), filter));
        byte[] answer = await(MqttBytes.SUBACK).body();
        if (answer[2] < 0) {
            throw new IOException("the subscription to " + filter + " was refused");
        }
    }

    /** Sends with QoS 1 and waits for the PUBACK; an exception where the hub closes instead. */
    public void send(String topic, byte[] payload) throws IOException {
        write(MqttBytes.publish(topic, nextId(), payload));
        await(MqttBytes.PUBACK);
    }

    public void send(String topic, String payload) throws IOException {
        send(topic, payload.getBytes(StandardCharsets.UTF_8));
    }

    /** The next message. */
    public Received receive() throws IOException {
        byte[] body = await(MqttBytes.PUBLISH).body();
        int topicEnd = 2 + number(body, 0);
        write(MqttBytes.puback(number(body, topicEnd)));
        return new Received(
                new String(body, 2, topicEnd - 2, StandardCharsets.UTF_8),
                Arrays.copyOfRange(body, topicEnd + 2, body.length));
    }

    /** Whatever bytes. */
    public void write(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** Ends the sending direction; what the server still says can be read. */
    public void endOutput() throws IOException {
        socket.shutdownOutput();
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
            socket.setSoTimeout((int) left);
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
        return socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Waits for a packet; messages that come before it are kept, for a server may send them before its SUBACK. */
    private Packet await(int kind) throws IOException {
        if (kind == MqttBytes.PUBLISH && !early.isEmpty()) {
            return early.remove();
        }
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

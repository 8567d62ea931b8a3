package kant.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import kant.bench.host.Samples;
import kant.protocol.net.EventLoops;
import org.jspecify.annotations.Nullable;

/**
 * A sender and a receiver, who may be others' receiver too. Each message carries its number and when it was to be sent, so
 * that a lost, repeated, overtaken or late one shows. Owned by one event loop.
 *
 * <p>Under load there is a bounded number of messages between the two: a message leaves the window when the sender has its
 * PUBACK and the receiver has the message. At a rate, messages are sent when they are due.
 */
final class Pair {
    private static final int TIME = Long.BYTES;
    private static final int RECEIVER_NUMBER = 2 * Long.BYTES;

    /** Number, time of sending, and the pair's number at its receiver. */
    static final int HEAD_BYTES = 2 * Long.BYTES + Integer.BYTES;

    private static final int PACKET_IDS = 65_535;
    private static final double NANOS_PER_SECOND = 1e9;

    private final PairAddress address;
    private final Receiver receiver;
    private final int receiverNumber;
    private final byte[] filler;
    private @Nullable MqttClient sender;
    private @Nullable String failure;

    // for one run
    private int window;
    private double nanosBetween;
    private long due;
    private boolean sampling;
    private final long[] sentAt = new long[PACKET_IDS + 1];
    private Samples acknowledgement = new Samples();
    private Samples delivery = new Samples();

    // since the connection began
    private final long openedAt = System.nanoTime();
    private final Ledger ledger = new Ledger();
    private long sent;
    private long acknowledged;

    Pair(PairAddress address, Receiver receiver, int messageBytes) {
        this.address = address;
        this.receiver = receiver;
        receiverNumber = receiver.add(this);
        filler = new byte[Math.max(0, messageBytes - HEAD_BYTES)];
    }

    CompletableFuture<?> open(EventLoops loops, EventLoop loop, Server server) {
        return receiver.open(loops, loop, server)
                .thenCompose(_ -> MqttClient.open(loops, loop, server, address.sender(), null, new Sending()))
                .thenAccept(client -> sender = client);
    }

    /** Sends whenever there is room in the window. */
    void begin(int messages) {
        window = messages;
        send();
    }

    /** Sends so many a second from a moment on, whatever becomes of them, as often as {@link #tick} is called. */
    void beginAtRate(double perSecond, long firstAt) {
        nanosBetween = NANOS_PER_SECOND / perSecond;
        due = firstAt;
    }

    /** At a rate: sends what is due. */
    void tick(long now) {
        MqttClient from = sender;
        if (from == null || failure != null || nanosBetween == 0 || due > now) {
            return;
        }
        while (due <= now) {
            publish(from, due);
            due += (long) nanosBetween;
        }
        from.flush();
    }

    /** Keeps durations from now on. */
    void sample() {
        sampling = true;
        acknowledgement = new Samples();
        delivery = new Samples();
    }

    /** Keeps what is under way, sends nothing more. */
    void stop() {
        window = 0;
        nanosBetween = 0;
        sampling = false;
    }

    boolean underWay() {
        return settled() < sent;
    }

    long delivered() {
        return ledger.delivered();
    }

    /** What was sent since the connection began, and what became of it so far. */
    Result.Books books() {
        return new Result.Books(sent, sent - ledger.delivered(), ledger.repeated(), ledger.overtaken());
    }

    Samples acknowledgement() {
        return acknowledgement;
    }

    Samples delivery() {
        return delivery;
    }

    /** Why it no longer works; null while it does. */
    @Nullable
    String failure() {
        return failure;
    }

    void lost(String why) {
        failure = why;
    }

    void close() {
        if (sender != null) {
            sender.leave();
        }
        receiver.leave();
    }

    static int receiverNumber(ByteBuf payload) {
        return payload.getInt(payload.readerIndex() + RECEIVER_NUMBER);
    }

    /** A message of this pair has come. */
    void arrived(ByteBuf payload) {
        long number = payload.getLong(payload.readerIndex());
        long at = payload.getLong(payload.readerIndex() + TIME);
        if (at < openedAt) {
            ledger.again(); // of an earlier connection, which ended with its PUBACK under way
        } else {
            ledger.arrived(number);
        }
        if (sampling) {
            delivery.add(System.nanoTime() - at);
        }
    }

    /** Under load: fills the window. */
    void send() {
        MqttClient from = sender;
        long limit = settled() + window;
        if (from == null || failure != null || sent >= limit) {
            return;
        }
        while (sent < limit) {
            publish(from, System.nanoTime());
        }
        from.flush();
    }

    private void publish(MqttClient from, long at) {
        int packetId = packetId(sent);
        sentAt[packetId] = at;
        from.publish(
                address.topic(),
                packetId,
                Unpooled.buffer(HEAD_BYTES + filler.length)
                        .writeLong(sent)
                        .writeLong(at)
                        .writeInt(receiverNumber)
                        .writeBytes(filler));
        sent++;
    }

    /** Acknowledged and delivered. */
    private long settled() {
        return Math.min(acknowledged, ledger.delivered());
    }

    private static int packetId(long number) {
        return (int) (number % PACKET_IDS) + 1;
    }

    private final class Sending implements MqttClient.Listener {
        @Override
        public void acknowledged(int packetId) {
            acknowledged++;
            if (sampling) {
                acknowledgement.add(System.nanoTime() - sentAt[packetId]);
            }
        }

        @Override
        public void arrived(ByteBuf payload) {
            lost("the sender was sent a message");
        }

        @Override
        public void pause() {
            send();
        }

        @Override
        public void lost(String why) {
            Pair.this.lost(why);
        }
    }
}

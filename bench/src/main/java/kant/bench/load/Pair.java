package kant.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import kant.bench.host.Samples;
import kant.protocol.net.EventLoops;
import org.jspecify.annotations.Nullable;

/**
 * A sender and a receiver with a bounded number of messages between them: a message leaves the window when the sender has
 * its PUBACK and the receiver has the message. Each message carries its number and when it was sent, so that a lost,
 * repeated or overtaken one shows. Owned by one event loop.
 */
final class Pair {
    /** Number and time of sending. */
    static final int HEAD_BYTES = 2 * Long.BYTES;

    private static final int PACKET_IDS = 65_535;

    private final PairAddress address;
    private final byte[] filler;
    private @Nullable MqttClient sender;
    private @Nullable MqttClient receiver;
    private @Nullable String failure;

    // for one run
    private int window;
    private boolean sampling;
    private final long[] sentAt = new long[PACKET_IDS + 1];
    private Samples acknowledgement = new Samples();
    private Samples delivery = new Samples();

    // numbers of messages since the connection began
    private long sent;
    private long acknowledged;
    private final long openedAt = System.nanoTime();
    private long next;
    private long skipped;
    private long delivered;
    private long repeated;
    private long overtaken;

    /** The numbers so far: what was sent, acknowledged, delivered, delivered again, and delivered before an earlier one. */
    record Count(long sent, long acknowledged, long delivered, long repeated, long overtaken) {}

    Pair(PairAddress address, int messageBytes) {
        this.address = address;
        filler = new byte[Math.max(0, messageBytes - HEAD_BYTES)];
    }

    CompletableFuture<?> open(EventLoops loops, EventLoop loop, Server server) {
        return MqttClient.open(loops, loop, server, address.receiver(), address.filter(), new Receiving())
                .thenCompose(client -> {
                    receiver = client;
                    return MqttClient.open(loops, loop, server, address.sender(), null, new Sending());
                })
                .thenAccept(client -> sender = client);
    }

    /** Sends whenever there is room in the window. */
    void begin(int messages) {
        window = messages;
        send();
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
        sampling = false;
    }

    boolean underWay() {
        return Math.min(acknowledged, delivered) < sent;
    }

    Count count() {
        return new Count(sent, acknowledged, delivered, repeated, overtaken);
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

    void close() {
        if (sender != null) {
            sender.leave();
        }
        if (receiver != null) {
            receiver.leave();
        }
    }

    private void send() {
        MqttClient from = sender;
        if (from == null || failure != null) {
            return;
        }
        long limit = Math.min(acknowledged, delivered) + window;
        if (sent >= limit) {
            return;
        }
        while (sent < limit) {
            long now = System.nanoTime();
            int packetId = packetId(sent);
            sentAt[packetId] = now;
            from.publish(address.topic(), packetId, message(sent, now));
            sent++;
        }
        from.flush();
    }

    private ByteBuf message(long number, long now) {
        return Unpooled.buffer(HEAD_BYTES + filler.length)
                .writeLong(number)
                .writeLong(now)
                .writeBytes(filler);
    }

    /** Sorts an arrival into new, late and repeated. */
    private void book(long number, long at) {
        if (at < openedAt) {
            repeated++; // of an earlier connection: its PUBACK was still under way when that one ended
        } else if (number >= next) {
            overtaken += number > next ? 1 : 0;
            skipped += number - next;
            next = number + 1;
            delivered++;
        } else if (skipped > 0) {
            skipped--;
            delivered++;
        } else {
            repeated++;
        }
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
            failure = why;
        }
    }

    private final class Receiving implements MqttClient.Listener {
        @Override
        public void acknowledged(int packetId) {
            lost("the receiver was sent a PUBACK");
        }

        @Override
        public void arrived(ByteBuf payload) {
            long number = payload.getLong(payload.readerIndex());
            long at = payload.getLong(payload.readerIndex() + Long.BYTES);
            book(number, at);
            if (sampling) {
                delivery.add(System.nanoTime() - at);
            }
        }

        @Override
        public void pause() {
            send();
        }

        @Override
        public void lost(String why) {
            failure = why;
        }
    }
}

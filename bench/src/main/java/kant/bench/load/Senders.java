package kant.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.bench.host.ProcessUse;
import kant.bench.host.Samples;
import kant.protocol.net.EventLoops;
import org.jspecify.annotations.Nullable;

/**
 * Senders alone: nobody waits for their messages. Each has a window of messages that are not acknowledged. A message carries its
 * sender's number and its own, for {@link Collector}. Owned by one event loop.
 */
public final class Senders implements AutoCloseable {
    private static final int PACKET_IDS = 65_535;

    /** The sender's number, then the message's own. */
    static final int HEAD_BYTES = Integer.BYTES + Long.BYTES;

    private final EventLoop loop;
    private final List<Sender> senders = new ArrayList<>();
    private final byte[] filler;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Samples acknowledgement = new Samples();
    private long left;

    private Senders(EventLoop loop, int messageBytes) {
        this.loop = loop;
        filler = new byte[Math.max(0, messageBytes - HEAD_BYTES)];
    }

    /**
     * How fast messages were taken.
     *
     * @param cpuMicros of the server for a message
     */
    public record Accepted(double perSecond, double cpuMicros, Samples acknowledgement) {}

    /** Connects, sends so many messages from all senders together, and leaves when all are acknowledged. */
    public static Accepted run(
            EventLoops loops,
            Server server,
            List<PairAddress> addresses,
            int messages,
            int messageBytes,
            int window,
            ProcessUse process,
            Duration limit)
            throws IOException, InterruptedException {
        try (var senders = new Senders(loops.group().next(), messageBytes)) {
            for (PairAddress address : addresses) {
                var sender = senders.new Sender(address.topic(), senders.senders.size());
                senders.senders.add(sender);
                sender.client = Waiting.on(
                        MqttClient.open(loops, senders.loop, server, address.sender(), null, sender),
                        limit,
                        "a sender");
            }
            return senders.send(messages / addresses.size(), window, process, limit);
        }
    }

    private Accepted send(int each, int window, ProcessUse process, Duration limit)
            throws IOException, InterruptedException {
        long cpu = process.cpuMicros();
        long start = System.nanoTime();
        left = (long) each * senders.size();
        long count = left;
        loop.execute(() -> senders.forEach(sender -> sender.begin(each, window)));
        Waiting.on(done, limit, "acknowledgements");
        double seconds = (System.nanoTime() - start) / 1e9;
        return new Accepted(count / seconds, (double) (process.cpuMicros() - cpu) / count, acknowledgement);
    }

    @Override
    public void close() {
        loop.execute(() -> senders.forEach(Sender::leave));
    }

    private final class Sender implements MqttClient.Listener {
        private final String topic;
        private final int number;
        private final long[] sentAt = new long[PACKET_IDS + 1];
        private @Nullable MqttClient client;
        private int messages;
        private int window;
        private int sent;
        private int acknowledged;

        Sender(String topic, int number) {
            this.topic = topic;
            this.number = number;
        }

        void begin(int itsMessages, int itsWindow) {
            messages = itsMessages;
            window = itsWindow;
            pause();
        }

        void leave() {
            if (client != null) {
                client.leave();
            }
        }

        @Override
        public void acknowledged(int packetId) {
            acknowledgement.add(System.nanoTime() - sentAt[packetId]);
            acknowledged++;
            if (--left == 0) {
                done.complete(null);
            }
        }

        @Override
        public void arrived(ByteBuf payload) {
            lost("a sender was sent a message");
        }

        @Override
        public void pause() {
            MqttClient to = client;
            if (to == null || sent == messages || sent - acknowledged >= window) {
                return;
            }
            for (; sent < messages && sent - acknowledged < window; sent++) {
                int packetId = sent % PACKET_IDS + 1;
                sentAt[packetId] = System.nanoTime();
                ByteBuf payload = Unpooled.buffer(HEAD_BYTES + filler.length)
                        .writeInt(number)
                        .writeLong(sent)
                        .writeBytes(filler);
                to.publish(topic, packetId, payload);
            }
            to.flush();
        }

        @Override
        public void lost(String why) {
            done.completeExceptionally(new IOException(why));
        }
    }
}

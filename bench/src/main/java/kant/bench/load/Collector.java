package kant.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import kant.bench.host.ProcessUse;
import kant.protocol.net.EventLoops;

/** A receiver that was away and collects what {@link Senders} have left for it. Owned by one event loop. */
public final class Collector implements MqttClient.Listener {
    private static final long LOST_SECONDS = 90;

    private final long expected;
    private final Map<Integer, Ledger> ledgers = new HashMap<>();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private long arrived;

    private Collector(long expected) {
        this.expected = expected;
    }

    /**
     * How fast the backlog came.
     *
     * @param perSecond from dialling to the last message
     * @param cpuMicros of the server for a message
     */
    public record Drained(double perSecond, double cpuMicros, long lost, long repeated, long overtaken) {}

    /** Subscribes in a session that outlives its connection, and goes. */
    public static void introduce(EventLoops loops, Server server, PairAddress address, Duration limit)
            throws IOException, InterruptedException {
        EventLoop loop = loops.group().next();
        MqttClient client = open(loops, loop, server, address, new Collector(Long.MAX_VALUE), limit);
        loop.execute(client::leave);
    }

    /** Comes back and takes so many messages. */
    public static Drained run(
            EventLoops loops, Server server, PairAddress address, long messages, ProcessUse process, Duration limit)
            throws IOException, InterruptedException {
        EventLoop loop = loops.group().next();
        var collector = new Collector(messages);
        long cpu = process.cpuMicros();
        long start = System.nanoTime();
        MqttClient client = open(loops, loop, server, address, collector, limit);
        // What has not come by then is lost, and counted as such.
        var _ = collector.done.completeOnTimeout(null, LOST_SECONDS, TimeUnit.SECONDS);
        var _ = Waiting.on(collector.done, limit, messages + " messages");
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuMicros = (double) (process.cpuMicros() - cpu) / messages;
        loop.execute(client::leave);
        return collector.drained(messages / seconds, cpuMicros);
    }

    private static MqttClient open(
            EventLoops loops, EventLoop loop, Server server, PairAddress address, Collector collector, Duration limit)
            throws IOException, InterruptedException {
        return Waiting.on(
                MqttClient.open(loops, loop, server, address.receiver(), address.filter(), collector),
                limit,
                "the receiver's subscription");
    }

    private Drained drained(double perSecond, double cpuMicros) {
        long delivered = ledgers.values().stream().mapToLong(Ledger::delivered).sum();
        return new Drained(
                perSecond,
                cpuMicros,
                expected - delivered,
                ledgers.values().stream().mapToLong(Ledger::repeated).sum(),
                ledgers.values().stream().mapToLong(Ledger::overtaken).sum());
    }

    @Override
    public void arrived(ByteBuf payload) {
        int sender = payload.getInt(payload.readerIndex());
        long number = payload.getLong(payload.readerIndex() + Integer.BYTES);
        Ledger ledger = ledgers.computeIfAbsent(sender, _ -> new Ledger());
        long before = ledger.delivered();
        ledger.arrived(number);
        arrived += ledger.delivered() - before; // one that comes again brings the end no nearer
    }

    @Override
    public void pause() {
        if (arrived >= expected) {
            done.complete(null);
        }
    }

    @Override
    public void acknowledged(int packetId) {
        lost("the receiver was sent a PUBACK");
    }

    @Override
    public void lost(String why) {
        done.completeExceptionally(new IOException(why));
    }
}

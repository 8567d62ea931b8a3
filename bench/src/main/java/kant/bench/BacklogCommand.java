package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kant.bench.broker.Broker;
import kant.bench.broker.KantHub;
import kant.bench.broker.Size;
import kant.bench.host.ProcessUse;
import kant.bench.load.Collector;
import kant.bench.load.PairAddress;
import kant.bench.load.Senders;
import kant.protocol.net.EventLoops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/backlog}: what is sent to somebody who is away, and comes when he is back. */
@Command(
        name = "backlog",
        mixinStandardHelpOptions = true,
        description = {
            "Measures how fast QoS 1 messages are taken for a receiver that is away, and how fast they come when it is back;",
            "beside Mosquitto, which keeps them in memory, and Artemis, which syncs. Then the same for the parent hub: taken while",
            "it is away, sent on when it is back. Everything over TLS, all in one run."
        })
final class BacklogCommand implements Callable<Integer> {
    private static final int SENDERS = 10;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String UPSTREAM = "iothub";

    @Mixin
    private RunFolder folder = new RunFolder();

    @Mixin
    private ServerChoice servers = new ServerChoice();

    @Option(names = "--messages", defaultValue = "500000", description = "of a backlog (${DEFAULT-VALUE})")
    private int messages;

    @Option(names = "--bytes", defaultValue = "256", description = "of each message (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--window", defaultValue = "100", description = "unacknowledged, of each sender (${DEFAULT-VALUE})")
    private int window;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "servers in turn, after one that heats (${DEFAULT-VALUE})")
    private int rounds;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var report = new BacklogReport(messages, bytes, rounds);
        try (RunFolder.Opened run = folder.open();
                EventLoops loops = EventLoops.start(1);
                var started = servers.start(run.path(), new Size(0, SENDERS, 0, SENDERS), ServerChoice.Peers.BOTH)) {
            for (int round = 0; round <= rounds; round++) {
                for (Broker broker : started.brokers()) {
                    BacklogReport.Run measured = module(loops, broker);
                    report.module(round, broker.name(), measured);
                    if (broker instanceof KantHub hub) {
                        report.upstream(round, upstream(loops, hub));
                    }
                }
            }
            report.print(System.out, started.brokers());
        }
        return 0;
    }

    private BacklogReport.Run module(EventLoops loops, Broker broker) throws IOException, InterruptedException {
        List<PairAddress> addresses = broker.fanIn(SENDERS);
        Collector.introduce(loops, broker.server(), addresses.getFirst(), LIMIT);
        Senders.Accepted accepted = send(loops, broker, addresses);
        Collector.Drained drained =
                Collector.run(loops, broker.server(), addresses.getFirst(), messages, broker.process(), LIMIT);
        return new BacklogReport.Run(accepted, drained);
    }

    private BacklogReport.Run upstream(EventLoops loops, KantHub hub) throws IOException, InterruptedException {
        hub.parentAway();
        long delivered = hub.metrics().messages(UPSTREAM, "delivered");
        Senders.Accepted accepted = send(loops, hub, hub.upstream(SENDERS));
        hub.parentBack();
        hub.metrics().awaitDelivered(UPSTREAM, delivered + 1, LIMIT);
        ProcessUse process = hub.process();
        long first = hub.metrics().messages(UPSTREAM, "delivered");
        long cpu = process.cpuMicros();
        long start = System.nanoTime();
        hub.metrics().awaitDelivered(UPSTREAM, delivered + messages, LIMIT);
        long count = delivered + messages - first;
        double seconds = (System.nanoTime() - start) / 1e9;
        var drained = new Collector.Drained(count / seconds, (double) (process.cpuMicros() - cpu) / count, 0, 0, 0);
        return new BacklogReport.Run(accepted, drained);
    }

    private Senders.Accepted send(EventLoops loops, Broker broker, List<PairAddress> addresses)
            throws IOException, InterruptedException {
        return Senders.run(loops, broker.server(), addresses, messages, bytes, window, broker.process(), LIMIT);
    }
}

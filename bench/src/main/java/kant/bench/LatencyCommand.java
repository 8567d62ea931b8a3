package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import kant.bench.broker.Broker;
import kant.bench.broker.Size;
import kant.bench.host.Figures;
import kant.bench.host.Samples;
import kant.bench.host.Table;
import kant.bench.load.Load;
import kant.bench.load.Result;
import kant.protocol.net.EventLoops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/latency}: how long a message takes at a fixed rate. */
@Command(
        name = "latency",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the time from when a QoS 1 message is due to its delivery through a route, ten senders to ten receivers,",
            "at fixed rates, beside Mosquitto (not durable) and Artemis (durable). Everything over TLS, all in one run."
        })
final class LatencyCommand implements Callable<Integer> {
    private static final int PAIRS = 10;
    private static final double MEDIAN = 0.5;
    private static final double LATE = 0.99;
    private static final double LATEST = 1;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Mixin
    private ServerChoice servers = new ServerChoice();

    @Mixin
    private Pace pace = new Pace();

    @Option(
            names = "--rates",
            split = ",",
            defaultValue = "1000,10000",
            description = "messages a second of all senders together (${DEFAULT-VALUE})")
    private List<Integer> rates = List.of();

    @Option(names = "--bytes", defaultValue = "256", description = "of each message (${DEFAULT-VALUE})")
    private int bytes;

    private record Key(String broker, int rate) {}

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<Key, List<Result>> results = new LinkedHashMap<>();
        try (RunFolder.Opened run = folder.open();
                EventLoops loops = EventLoops.start(1);
                var started = servers.start(run.path(), new Size(PAIRS, 0, 0), ServerChoice.Peers.BOTH)) {
            for (Broker broker : started.brokers()) {
                System.err.println("bench: heating " + broker.name());
                load(loops, broker, rates.getLast(), pace.heat(), Duration.ZERO);
            }
            for (int round = 1; round <= pace.rounds(); round++) {
                for (int rate : rates) {
                    for (Broker broker : started.brokers()) {
                        Result result = load(loops, broker, rate, pace.warmUp(), pace.measured());
                        results.computeIfAbsent(new Key(broker.name(), rate), _ -> new ArrayList<>())
                                .add(result);
                        System.err.println("bench: round " + round + ", " + rate + "/s, " + broker.name() + ": p50 "
                                + Figures.number(result.delivery().millis(MEDIAN), 2) + " ms");
                    }
                }
            }
            print(started.brokers(), results);
        }
        return 0;
    }

    private Result load(EventLoops loops, Broker broker, int rate, Duration warm, Duration measured)
            throws IOException, InterruptedException {
        try (Load load = Load.connect(loops, broker.server(), broker.pairs(PAIRS), bytes)) {
            return load.runAtRate(rate, warm, measured, broker.process());
        } catch (IOException e) {
            throw new IOException(broker.name() + ", " + rate + " messages/s: " + e.getMessage(), e);
        }
    }

    private void print(List<Broker> brokers, Map<Key, List<Result>> results) {
        System.out.println("ms from when a message is due, QoS 1, " + bytes + " B, TLS, 10:10; " + pace
                + "; the generator looks every 0.25 ms");
        var table = new Table(
                "rate",
                "server",
                "delivery p50",
                "p99",
                "max",
                "PUBACK p50",
                "p99",
                "delivered/s",
                "lost",
                "server CPU µs");
        for (int rate : rates) {
            for (Broker broker : brokers) {
                List<Result> all = results.getOrDefault(new Key(broker.name(), rate), List.of());
                table.row(
                        rate + "/s",
                        broker.name(),
                        millis(all, Result::delivery, MEDIAN),
                        millis(all, Result::delivery, LATE),
                        millis(all, Result::delivery, LATEST),
                        millis(all, Result::acknowledgement, MEDIAN),
                        millis(all, Result::acknowledgement, LATE),
                        figures(all, Result::perSecond).text(0),
                        Long.toString(
                                all.stream().mapToLong(r -> r.books().lost()).sum()),
                        figures(all, Result::serverMicrosPerMessage).text(0));
            }
        }
        table.print(System.out);
    }

    private static String millis(List<Result> results, Function<Result, Samples> samples, double share) {
        Figures figures = figures(results, result -> samples.apply(result).millis(share));
        return Figures.number(figures.median(), 2);
    }

    private static Figures figures(List<Result> results, Function<Result, Double> figure) {
        return new Figures(results.stream().map(figure).toList());
    }
}

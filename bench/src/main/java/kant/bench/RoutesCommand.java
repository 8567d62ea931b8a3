package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import kant.bench.broker.Broker;
import kant.bench.broker.KantHub;
import kant.bench.disk.SyncRate;
import kant.bench.load.Load;
import kant.bench.load.Result;
import kant.protocol.net.EventLoops;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/routes}: messages from module to module through a route. */
@Command(
        name = "routes",
        mixinStandardHelpOptions = true,
        description = {
            "Measures QoS 1 messages from module to module through a route, each sender acknowledged when its message is on disk;",
            "beside Mosquitto, which does not write, and Artemis, which does, with plain topics, and beside the disk's own rate.",
            "Everything over TLS, all in one run."
        })
final class RoutesCommand implements Callable<Integer> {
    private static final Duration SYNC = Duration.ofMillis(500);
    private static final int SYNC_BYTES = 4 << 10;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Mixin
    private ServerChoice servers = new ServerChoice();

    @Mixin
    private Pace pace = new Pace();

    @Option(
            names = "--bytes",
            split = ",",
            defaultValue = "100,1024,16384",
            description = "of each message, several sizes with commas (${DEFAULT-VALUE})")
    private List<Integer> bytes = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<RoutesCase> cases = RoutesCase.all(bytes);
        var report = new RoutesReport(cases);
        try (RunFolder.Opened run = folder.open();
                EventLoops loops = EventLoops.start(1);
                var started = servers.start(run.path(), RoutesCase.SIZE, ServerChoice.Peers.BOTH)) {
            measure(run, loops, started.brokers(), cases, report);
            report.print(System.out, started.brokers(), pace);
        }
        return 0;
    }

    private void measure(
            RunFolder.Opened run, EventLoops loops, List<Broker> brokers, List<RoutesCase> cases, RoutesReport report)
            throws IOException, InterruptedException {
        for (Broker broker : brokers) {
            say("heating " + broker.name());
            var _ = tryLoad(loops, broker, RoutesCase.heaviest(bytes.getFirst()), pace.heat(), Duration.ZERO);
        }
        for (int round = 1; round <= pace.rounds(); round++) {
            for (RoutesCase each : cases) {
                for (Broker broker : brokers) {
                    SyncRate append = sync(run, SyncRate.Shape.APPEND);
                    SyncRate overwrite = sync(run, SyncRate.Shape.OVERWRITE);
                    Optional<Result> result = tryLoad(loops, broker, each, pace.warmUp(), pace.measured());
                    if (result.isPresent()) {
                        say("round " + round + ", " + each.name() + ", " + broker.name() + ": "
                                + Math.round(result.get().perSecond()) + " messages/s");
                        report.add(broker.name(), each, new RoutesReport.Run(append, overwrite, result.get()));
                    }
                }
            }
        }
    }

    /** A peer that gives up has no figure here; the others go on. */
    private static Optional<Result> tryLoad(
            EventLoops loops, Broker broker, RoutesCase each, Duration warm, Duration measured)
            throws IOException, InterruptedException {
        try {
            return Optional.of(load(loops, broker, each, warm, measured));
        } catch (IOException e) {
            if (broker.name().equals(KantHub.NAME)) {
                throw e;
            }
            say(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Result load(EventLoops loops, Broker broker, RoutesCase each, Duration warm, Duration measured)
            throws IOException, InterruptedException {
        try (Load load = Load.connect(loops, broker.server(), each.on(broker), each.bytes())) {
            return load.run(each.window(), warm, measured, broker.process());
        } catch (IOException e) {
            throw new IOException(broker.name() + ", " + each.name() + ": " + e.getMessage(), e);
        }
    }

    private static SyncRate sync(RunFolder.Opened run, SyncRate.Shape shape) throws IOException {
        return SyncRate.measure(run.path(), shape, SYNC_BYTES, SYNC);
    }

    private static void say(String line) {
        System.err.println("bench: " + line);
    }
}

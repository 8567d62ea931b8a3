package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kant.bench.broker.Broker;
import kant.bench.broker.KantHub;
import kant.bench.broker.Mosquitto;
import kant.bench.disk.SyncRate;
import kant.bench.load.Load;
import kant.bench.load.Result;
import kant.protocol.net.EventLoops;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/routes}: messages from module to module through a route. */
@Command(
        name = "routes",
        mixinStandardHelpOptions = true,
        description = {
            "Measures QoS 1 messages from module to module through a route, each sender acknowledged when its message is on disk;",
            "beside Mosquitto with plain topics, and beside the disk's own rate. Everything over TLS, all in one run."
        })
final class RoutesCommand implements Callable<Integer> {
    private static final int MOST_PAIRS = 10;
    private static final Duration SYNC = Duration.ofMillis(500);
    private static final int SYNC_BYTES = 4 << 10;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--bytes", defaultValue = "256", description = "of each message (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--seconds", defaultValue = "5", description = "measured of each case (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--warm-up", defaultValue = "1", description = "seconds before each (${DEFAULT-VALUE})")
    private int warmUp;

    @Option(
            names = "--heat",
            defaultValue = "15",
            description =
                    "seconds of load on each server before all rounds: a JVM compiles while it runs (${DEFAULT-VALUE})")
    private int heat;

    @Option(names = "--rounds", defaultValue = "3", description = "of all cases, servers in turn (${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--only", paramLabel = "SERVER", description = "load kant or mosquitto alone")
    private @Nullable Which only;

    private enum Which {
        KANT,
        MOSQUITTO
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var report = new RoutesReport();
        List<Broker> brokers = new ArrayList<>();
        try (RunFolder.Opened run = folder.open();
                EventLoops loops = EventLoops.start(1)) {
            try {
                if (only != Which.KANT) {
                    brokers.add(Mosquitto.start(run.path().resolve("mosquitto")));
                }
                if (only != Which.MOSQUITTO) {
                    brokers.addFirst(KantHub.start(run.path(), MOST_PAIRS));
                }
                measure(run, loops, brokers, report);
            } finally {
                for (Broker broker : brokers) {
                    broker.close();
                }
            }
        }
        report.print(System.out, brokers, bytes, rounds, seconds);
        return 0;
    }

    private void measure(RunFolder.Opened run, EventLoops loops, List<Broker> brokers, RoutesReport report)
            throws IOException, InterruptedException {
        for (Broker broker : brokers) {
            say("heating " + broker.name());
            load(loops, broker, RoutesCase.ALL.getLast(), Duration.ofSeconds(heat), Duration.ZERO);
        }
        for (int round = 1; round <= rounds; round++) {
            for (RoutesCase each : RoutesCase.ALL) {
                for (Broker broker : brokers) {
                    report.disk(sync(run, SyncRate.Shape.APPEND), sync(run, SyncRate.Shape.OVERWRITE));
                    Result result = load(loops, broker, each, Duration.ofSeconds(warmUp), Duration.ofSeconds(seconds));
                    say("round " + round + ", " + each.name() + ", " + broker.name() + ": "
                            + Math.round(result.perSecond()) + " messages/s");
                    report.result(broker.name(), each, result);
                }
            }
        }
    }

    private Result load(EventLoops loops, Broker broker, RoutesCase each, Duration warm, Duration measured)
            throws IOException, InterruptedException {
        try (Load load = Load.connect(loops, broker.server(), broker.pairs(each.pairs()), bytes)) {
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

package kant.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import kant.bench.commit.Engine;
import kant.bench.commit.EngineFactory;
import kant.bench.commit.KantStore;
import kant.bench.commit.RawOverwrite;
import kant.bench.commit.Senders;
import kant.bench.pending.Backlog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/store}: what the message store makes of the disk. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = {
            "Measures group commit: many senders, one record each under way, all that waits written and synced as one group.",
            "Kant's message store, the disk alone (blocks that exist are overwritten) and RocksDB (its log synced), in turn;",
            "then how a store with a backlog opens after a kill, is read back, and gives its disk back."
        })
final class StoreCommand implements Callable<Integer> {
    /** Of an engine that is new; its code is compiled by then. */
    private static final Duration WARM_UP = Duration.ofMillis(300);

    private static final int BACKLOG_ROUNDS = 3;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--rounds", defaultValue = "10", description = "of all engines in turn (${DEFAULT-VALUE})")
    private int rounds;

    @Option(
            names = "--millis",
            defaultValue = "1000",
            description = "measured of each engine in a round (${DEFAULT-VALUE})")
    private int millis;

    @Option(
            names = "--heat",
            defaultValue = "10",
            description =
                    "seconds of load on each engine before all rounds: a virtual machine compiles while it runs (${DEFAULT-VALUE})")
    private int heat;

    @Option(
            names = "--senders",
            split = ",",
            defaultValue = "1,10,100,1000",
            description = "at the same time, several numbers with commas (${DEFAULT-VALUE}); none: 0")
    private List<Integer> senders = List.of();

    @Option(names = "--bytes", defaultValue = "256", description = "of each record (${DEFAULT-VALUE})")
    private int bytes;

    @Option(
            names = "--pending",
            split = ",",
            defaultValue = "100000,1000000",
            description = "messages of a backlog, several numbers with commas (${DEFAULT-VALUE}); none: 0")
    private List<Integer> pending = List.of();

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "ENGINE",
            description = "these alone, by their names in the table")
    private List<String> only = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        senders.removeIf(count -> count == 0);
        pending.removeIf(count -> count == 0);
        List<EngineFactory> engines = engines();
        var report = new StoreReport(senders);
        try (RunFolder.Opened run = folder.open()) {
            if (!senders.isEmpty()) {
                measureGroups(run, engines, report);
                report.printGroups(System.out);
            }
            if (!pending.isEmpty()) {
                StoreReport.printBacklogs(System.out, backlogs(run), bytes);
            }
        }
        return 0;
    }

    private List<EngineFactory> engines() {
        List<EngineFactory> engines = new ArrayList<>(List.of(
                RawOverwrite.factory(),
                KantStore.factory(KantStore.Readers.KEEPING_UP),
                KantStore.factory(KantStore.Readers.NONE)));
        ServiceLoader.load(EngineFactory.class).forEach(engines::add);
        engines.removeIf(engine -> !only.isEmpty() && !only.contains(engine.name()));
        return engines;
    }

    private void measureGroups(RunFolder.Opened run, List<EngineFactory> engines, StoreReport report)
            throws IOException, InterruptedException {
        for (EngineFactory engine : engines) {
            say("heating " + engine.name());
            measure(run, engine, senders.getLast(), Duration.ofSeconds(heat));
        }
        for (int round = 1; round <= rounds; round++) {
            for (int count : senders) {
                for (EngineFactory engine : round % 2 == 0 ? engines.reversed() : engines) {
                    Senders.Rate rate = measure(run, engine, count, Duration.ofMillis(millis));
                    report.add(engine.name(), count, rate);
                    say("round " + round + ", " + count + " senders, " + engine.name() + ": "
                            + Math.round(rate.perSecond()) + " records/s");
                }
            }
        }
    }

    private Senders.Rate measure(RunFolder.Opened run, EngineFactory factory, int count, Duration measured)
            throws IOException, InterruptedException {
        Path data = Files.createTempDirectory(run.path(), "engine-");
        try (Engine engine = factory.open(data)) {
            return Senders.measure(engine, count, bytes, WARM_UP, measured);
        } finally {
            RunFolder.delete(data);
        }
    }

    private List<Backlog> backlogs(RunFolder.Opened run) throws IOException, InterruptedException {
        List<Backlog> backlogs = new ArrayList<>();
        for (int messages : pending) {
            for (int round = 1; round <= BACKLOG_ROUNDS; round++) {
                Path data = Files.createTempDirectory(run.path(), "pending-");
                say("a backlog of " + messages + " messages, round " + round);
                backlogs.add(Backlog.measure(data, messages, bytes));
                RunFolder.delete(data);
            }
        }
        return backlogs;
    }

    private static void say(String line) {
        System.err.println("bench: " + line);
    }
}

package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kant.bench.disk.SyncRate;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/fsync}: how often this machine's disk syncs. */
@Command(
        name = "fsync",
        mixinStandardHelpOptions = true,
        description =
                "Measures writes followed by fdatasync, one at a time: the limit of a durable sender with one message in flight.")
final class FsyncCommand implements Callable<Integer> {
    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--seconds", defaultValue = "2", description = "for each shape and round (${DEFAULT-VALUE})")
    private int seconds;

    @Option(
            names = "--rounds",
            defaultValue = "3",
            description = "of all shapes, one after the other (${DEFAULT-VALUE})")
    private int rounds;

    private record Case(String name, SyncRate.Shape shape, int bytes) {}

    /** As in the reference (performance.md §1): what a growing log does, what a recycled one does, and a group of 1,000 messages. */
    private static final List<Case> CASES = List.of(
            new Case("append 4 KB to a growing file", SyncRate.Shape.APPEND, 4 << 10),
            new Case("overwrite 4 KB of existing blocks", SyncRate.Shape.OVERWRITE, 4 << 10),
            new Case("overwrite 256 KB of existing blocks", SyncRate.Shape.OVERWRITE, 256 << 10));

    @Override
    public Integer call() throws IOException {
        List<List<SyncRate>> measured = new ArrayList<>();
        CASES.forEach(_ -> measured.add(new ArrayList<>()));
        try (RunFolder.Opened run = folder.open()) {
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < CASES.size(); i++) {
                    Case each = CASES.get(i);
                    measured.get(i)
                            .add(SyncRate.measure(run.path(), each.shape(), each.bytes(), Duration.ofSeconds(seconds)));
                }
            }
        }
        print(measured);
        return 0;
    }

    private void print(List<List<SyncRate>> measured) {
        System.out.println(
                "fdatasync after each write; " + rounds + " rounds of " + seconds + " s, median ± half spread");
        double append = perSecond(measured.getFirst()).median();
        var table = new Table("write", "per second", "p50 ms", "p99 ms", "ratio to append");
        for (int i = 0; i < CASES.size(); i++) {
            List<SyncRate> rates = measured.get(i);
            table.row(
                    CASES.get(i).name(),
                    perSecond(rates).text(0),
                    latency(rates, 0.5),
                    latency(rates, 0.99),
                    Figures.number(perSecond(rates).median() / append, 2));
        }
        table.print(System.out);
    }

    private static Figures perSecond(List<SyncRate> rates) {
        return new Figures(rates.stream().map(SyncRate::perSecond).toList());
    }

    private static String latency(List<SyncRate> rates, double share) {
        return new Figures(rates.stream().map(r -> r.latency().millis(share)).toList()).text(2);
    }
}

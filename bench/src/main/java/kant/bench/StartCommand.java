package kant.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kant.bench.bare.Bare;
import kant.bench.host.Child;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/start}: from the command to the first message upstream. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the demo's cold start: from the start of ./kant demo on an empty folder to the first message upstream,",
            "beside the start of a bare Netty TLS server up to its first echo. Files are in the page cache from the second run on."
        })
final class StartCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final double NANOS_PER_SECOND = 1e9;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--runs", defaultValue = "5", description = "of each, in turn (${DEFAULT-VALUE})")
    private int runs;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Double> demo = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        try (RunFolder.Opened run = folder.open()) {
            for (int i = 1; i <= runs; i++) {
                bare.add(bareServer(run.path()));
                demo.add(demo(Files.createDirectory(run.path().resolve("run" + i))));
                System.err.println("bench: run " + i + ": " + Figures.number(demo.getLast(), 2) + " s");
            }
        }
        print(new Figures(demo), new Figures(bare));
        return 0;
    }

    private static double bareServer(Path directory) throws IOException {
        long start = System.nanoTime();
        try (Bare bare = Bare.start(directory)) {
            bare.exercise(1);
            return (System.nanoTime() - start) / NANOS_PER_SECOND;
        }
    }

    private static double demo(Path directory) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (Child demo = Child.kant(
                directory,
                "demo",
                "--engine",
                "process",
                "--data",
                directory.resolve("demo").toString())) {
            demo.awaitLine("first message upstream", LIMIT);
            return (System.nanoTime() - start) / NANOS_PER_SECOND;
        }
    }

    private void print(Figures demo, Figures bare) {
        System.out.println("seconds from the start of the process, " + runs + " runs of each, in turn, on "
                + Runtime.getRuntime().availableProcessors() + " cores");
        var table = new Table("what", "min", "median", "max", "median to bare server");
        row(table, "./kant demo to the first message upstream", demo, bare);
        row(table, "bare Netty TLS server to its first echo", bare, bare);
        table.print(System.out);
    }

    private static void row(Table table, String what, Figures figures, Figures floor) {
        table.row(
                what,
                Figures.number(figures.min(), 2),
                Figures.number(figures.median(), 2),
                Figures.number(figures.max(), 2),
                Figures.number(figures.median() / floor.median(), 1));
    }
}

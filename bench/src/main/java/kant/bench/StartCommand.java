package kant.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import kant.bench.bare.Bare;
import kant.bench.broker.KantHub;
import kant.bench.broker.Size;
import kant.bench.host.Child;
import kant.bench.host.Figures;
import kant.bench.host.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/start}: from the command to the first message upstream, and from the hub's start to its first connection. */
@Command(
        name = "start",
        mixinStandardHelpOptions = true,
        description = {
            "Measures the demo's cold start, from ./kant demo on an empty folder to the first message upstream, and the hub's,",
            "from the start of its process by the daemon to the first connection that it accepts,",
            "beside the start of a bare Netty TLS server up to its first echo. Files are in the page cache from the second run on."
        })
final class StartCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final double NANOS_PER_SECOND = 1e9;

    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--runs", defaultValue = "5", description = "of each, in turn (${DEFAULT-VALUE})")
    private int runs;

    @Option(names = "--quick", description = "one run of each: shows that it works, says little")
    private boolean quick;

    @Option(names = "--hub-only", description = "leave the demo out")
    private boolean hubOnly;

    @Override
    public Integer call() throws IOException, InterruptedException {
        int times = quick ? 1 : runs;
        List<Double> demo = new ArrayList<>();
        List<Double> bare = new ArrayList<>();
        List<Double> hub = new ArrayList<>();
        try (RunFolder.Opened run = folder.open()) {
            for (int i = 1; i <= times && !hubOnly; i++) {
                demo.add(demo(Files.createDirectory(run.path().resolve("run" + i))));
                System.err.println("bench: run " + i + ": " + Figures.number(demo.getLast(), 2) + " s");
            }
            try (KantHub running = KantHub.start(run.path(), new Size(1, 0, 0))) {
                for (int i = 1; i <= times; i++) {
                    bare.add(bareServer(run.path()));
                    hub.add(running.restart());
                }
            }
        }
        print(times, demo, new Figures(hub), new Figures(bare));
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

    private static void print(int times, List<Double> demo, Figures hub, Figures bare) {
        System.out.println("seconds from the start of the process, " + times + " runs of each, on "
                + Runtime.getRuntime().availableProcessors() + " cores");
        var table = new Table("what", "min", "median", "max", "median to bare server");
        if (!demo.isEmpty()) {
            row(table, "./kant demo to the first message upstream", new Figures(demo), bare);
        }
        row(table, "Edge Hub to its first accepted connection", hub, bare);
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

package kant.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import kant.bench.bare.Bare;
import kant.bench.host.Child;
import kant.bench.host.Figures;
import kant.bench.host.ProcessUse;
import kant.bench.host.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench/memory}: what the demo's programs keep resident. */
@Command(
        name = "memory",
        mixinStandardHelpOptions = true,
        description =
                "Measures resident memory of the programs after some minutes of ./kant demo, beside a bare Netty TLS server.")
final class MemoryCommand implements Callable<Integer> {
    private static final Duration FIRST_MESSAGE = Duration.ofMinutes(4);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int EXERCISE_MESSAGES = 20_000;
    private static final double KB_PER_MB = 1024;

    private static final Part HUB = new Part("hub", "kant.edgehub.Main");
    private static final Part AGENT = new Part("agent", "kant.edgeagent.Main");
    private static final Part DAEMON = new Part("daemon", "kant.edgedaemon.Main");
    private static final Part STAND_IN = new Part("stand-in", "kant.iothub.Main");

    /** One of the demo's programs. */
    private record Part(String name, String mainClass) {}

    private record Measured(String name, ProcessUse.Memory memory) {}

    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--minutes", defaultValue = "5", description = "of demo after its first message (${DEFAULT-VALUE})")
    private int minutes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try (RunFolder.Opened run = folder.open();
                Bare bare = Bare.start(run.path())) {
            bare.exercise(EXERCISE_MESSAGES);
            measure(run.path(), bare);
        }
        return 0;
    }

    private void measure(Path directory, Bare bare) throws IOException, InterruptedException {
        try (Child demo = Child.kant(
                directory,
                "demo",
                "--engine",
                "process",
                "--data",
                directory.resolve("demo").toString())) {
            demo.awaitLine("first message upstream", FIRST_MESSAGE);
            pass(demo);
            print(
                    List.of(measure(demo, HUB), measure(demo, AGENT), measure(demo, DAEMON)),
                    measure(demo, STAND_IN),
                    new Measured("bare server", bare.process().memory()));
        }
    }

    private void pass(Child demo) throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        while (System.nanoTime() < end) {
            if (demo.below(DAEMON.mainClass()).isEmpty()) {
                throw new IOException("the demo ended before its time");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static Measured measure(Child demo, Part part) throws IOException {
        ProcessHandle process = demo.below(part.mainClass())
                .orElseThrow(() -> new IOException("the demo has no process " + part.mainClass() + " below it"));
        return new Measured(part.name(), new ProcessUse(process.pid()).memory());
    }

    private void print(List<Measured> device, Measured standIn, Measured bare) {
        System.out.println("memory after " + minutes + " min of ./kant demo --engine process, in MB;"
                + " the bare server has the hub's JVM options and has echoed " + EXERCISE_MESSAGES
                + " messages over TLS");
        var table = new Table("program", "VmRSS", "VmHWM", "PSS", "threads", "VmRSS to bare server");
        device.forEach(part -> row(table, part, bare));
        row(table, new Measured("hub + agent + daemon", sum(device)), bare);
        row(table, standIn, bare);
        row(table, bare, bare);
        table.print(System.out);
    }

    private static ProcessUse.Memory sum(List<Measured> parts) {
        return parts.stream()
                .map(Measured::memory)
                .reduce((a, b) -> new ProcessUse.Memory(
                        a.rssKb() + b.rssKb(),
                        a.peakKb() + b.peakKb(),
                        a.pssKb() + b.pssKb(),
                        a.threads() + b.threads()))
                .orElseThrow();
    }

    private static void row(Table table, Measured part, Measured floor) {
        ProcessUse.Memory m = part.memory();
        table.row(
                part.name(),
                megabytes(m.rssKb()),
                megabytes(m.peakKb()),
                megabytes(m.pssKb()),
                Long.toString(m.threads()),
                Figures.number((double) m.rssKb() / floor.memory().rssKb(), 2));
    }

    private static String megabytes(long kb) {
        return Figures.number(kb / KB_PER_MB, 1);
    }
}

package kant.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        description = "Measures resident memory of the programs after some minutes of ./kant demo, beside a bare Netty TLS server.")
final class MemoryCommand implements Callable<Integer> {
    private static final Duration FIRST_MESSAGE = Duration.ofMinutes(4);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final int EXERCISE_MESSAGES = 20_000;
    private static final double KB_PER_MB = 1024;

    /** The programs by their main classes, in the order of the table; the first three make up a device. */
    private static final Map<String, String> PROGRAMS = new LinkedHashMap<>();

    private static final int DEVICE_PROGRAMS = 3;

    static {
        PROGRAMS.put("hub", "kant.edgehub.Main");
        PROGRAMS.put("agent", "kant.edgeagent.Main");
        PROGRAMS.put("daemon", "kant.edgedaemon.Main");
        PROGRAMS.put("stand-in", "kant.iothub.Main");
    }

    @Mixin
    private RunFolder folder = new RunFolder();

    @Option(names = "--minutes", defaultValue = "5", description = "of demo after its first message (${DEFAULT-VALUE})")
    private int minutes;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, ProcessUse.Memory> found = new LinkedHashMap<>();
        try (RunFolder.Opened run = folder.open();
                Bare bare = Bare.start(run.path());
                Child demo = Child.kant(
                        run.path(),
                        "demo",
                        "--engine",
                        "process",
                        "--data",
                        run.path().resolve("demo").toString())) {
            bare.exercise(EXERCISE_MESSAGES);
            demo.awaitLine("first message upstream", FIRST_MESSAGE);
            pass(demo);
            for (Map.Entry<String, String> program : PROGRAMS.entrySet()) {
                found.put(program.getKey(), memory(demo, program.getValue()));
            }
            found.put("bare server", bare.process().memory());
        }
        print(found);
        return 0;
    }

    private void pass(Child demo) throws IOException {
        long end = System.nanoTime() + Duration.ofMinutes(minutes).toNanos();
        while (System.nanoTime() < end) {
            if (demo.below(PROGRAMS.get("daemon")).isEmpty()) {
                throw new IOException("the demo ended before its time");
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static ProcessUse.Memory memory(Child demo, String mainClass) throws IOException {
        ProcessHandle process = demo.below(mainClass)
                .orElseThrow(() -> new IOException("the demo has no process " + mainClass + " below it"));
        return new ProcessUse(process.pid()).memory();
    }

    private void print(Map<String, ProcessUse.Memory> found) {
        System.out.println("memory after " + minutes + " min of ./kant demo --engine process, in MB;"
                + " the bare server has the hub's JVM options and has echoed " + EXERCISE_MESSAGES + " messages over TLS");
        var table = new Table("program", "VmRSS", "VmHWM", "PSS", "threads", "VmRSS to bare server");
        double floor = found.get("bare server").rssKb();
        found.forEach((name, m) -> table.row(
                name,
                megabytes(m.rssKb()),
                megabytes(m.peakKb()),
                megabytes(m.pssKb()),
                Long.toString(m.threads()),
                Figures.number(m.rssKb() / floor, 2)));
        List<ProcessUse.Memory> device =
                new ArrayList<>(found.values()).subList(0, DEVICE_PROGRAMS);
        long rss = device.stream().mapToLong(ProcessUse.Memory::rssKb).sum();
        table.row(
                "hub + agent + daemon",
                megabytes(rss),
                "",
                megabytes(device.stream().mapToLong(ProcessUse.Memory::pssKb).sum()),
                "",
                Figures.number(rss / floor, 2));
        table.print(System.out);
    }

    private static String megabytes(long kb) {
        return Figures.number(kb / KB_PER_MB, 1);
    }
}

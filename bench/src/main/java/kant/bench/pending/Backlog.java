package kant.bench.pending;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kant.bench.host.Child;

/**
 * What a store with so many messages pending costs.
 *
 * @param openSeconds to open it after its process was killed, a virtual machine that has compiled nothing yet
 * @param openHeap bytes of the heap in use when it is open
 * @param readPerSecond messages read and settled
 * @param drainedHeap bytes of the heap in use when all is read
 * @param diskBefore bytes of its files
 * @param diskAfter the same, when all is read
 */
public record Backlog(
        long messages,
        double openSeconds,
        long openHeap,
        long readPerSecond,
        long drainedHeap,
        long diskBefore,
        long diskAfter) {
    /** Of the process that opens and reads. */
    public static final String HEAP = "32m";

    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** Fills a store in one process, which dies, and opens and reads it in another. */
    public static Backlog measure(Path emptyFolder, int messages, int bytes) throws IOException, InterruptedException {
        var _ = run(emptyFolder, "fill", emptyFolder.toString(), Integer.toString(messages), Integer.toString(bytes));
        Figures figures = run(emptyFolder, "drain", emptyFolder.toString());
        if (figures.of("pending") != messages || figures.of("read") != messages) {
            throw new IOException("of " + messages + " acknowledged messages " + figures.of("pending")
                    + " were pending and " + figures.of("read") + " were read back");
        }
        return new Backlog(
                messages,
                figures.of("openMicros") / 1e6,
                figures.of("openHeap"),
                figures.of("readPerSecond"),
                figures.of("drainedHeap"),
                figures.of("diskBefore"),
                figures.of("diskAfter"));
    }

    /** The line of figures that the store's process prints. */
    private record Figures(String line) {
        long of(String name) throws IOException {
            for (String each : line.split(" ")) {
                if (each.startsWith(name + "=")) {
                    return Long.parseLong(each.substring(name.length() + 1));
                }
            }
            throw new IOException("no figure \"" + name + "\" in: " + line);
        }
    }

    private static Figures run(Path folder, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + HEAP,
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                PendingStore.class.getName()));
        command.addAll(List.of(arguments));
        try (Child child = Child.start("the store's process", folder, Map.of(), command)) {
            return new Figures(child.awaitLine(PendingStore.FIGURES, LIMIT));
        }
    }
}

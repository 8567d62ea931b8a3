package kant.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import kant.bench.host.Child;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a run keeps its data: a fresh folder on the disk that is to be measured, removed after the run. */
final class RunFolder {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "an existing folder on the disk to measure (default: bench/target in the repository)")
    private @Nullable Path parent;

    @Option(names = "--keep-data", description = "leave the run's folder, with the programs' logs")
    private boolean keep;

    Opened open() throws IOException {
        Path folder = parent == null ? Child.repository().resolve("bench/target") : parent.toAbsolutePath();
        if (!Files.isDirectory(folder)) {
            throw new IOException("folder " + folder + " does not exist; make it, or name another with --data DIR");
        }
        return new Opened(Files.createTempDirectory(folder, "run-"), keep);
    }

    /** A folder for the time of one run. */
    record Opened(Path path, boolean keep) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            if (keep) {
                System.err.println("bench: the run's data is in " + path);
                return;
            }
            delete(path);
        }
    }

    /** Removes a folder with all that is in it. */
    static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(folder)) {
            all = walk.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path each : all) {
            Files.deleteIfExists(each);
        }
    }
}

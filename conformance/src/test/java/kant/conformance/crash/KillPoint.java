package kant.conformance.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kant.conformance.harness.EdgeHubProgram;

/** When a hub is killed. */
sealed interface KillPoint {

    /** At any time under load. */
    record UnderLoad(long millis) implements KillPoint {}

    /** When its log has begun another segment, or has given one back, and so much more. */
    record AtSegment(long micros) implements KillPoint {}

    /** When it writes the places of its readers, and so much later. */
    record AtCheckpoint(long micros) implements KillPoint {}

    static KillPoint random(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> new AtSegment(random.nextInt(3000));
            case 1 -> new AtCheckpoint(random.nextInt(3000));
            default -> new UnderLoad(50 + random.nextInt(1500));
        };
    }

    /** Returns when it is time. */
    default void await(EdgeHubProgram hub) throws IOException {
        switch (this) {
            case UnderLoad(long millis) -> pass(Duration.ofMillis(millis));
            case AtSegment(long micros) -> Look.untilChanged(hub.data(), ".segment", micros);
            case AtCheckpoint(long micros) -> Look.untilChanged(hub.data(), ".cursors", micros);
        }
    }

    static void pass(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Watches a hub's files from outside. */
    final class Look {
        private static final Duration WARM_UP = Duration.ofMillis(300);
        private static final long LIMIT_NANOS = Duration.ofSeconds(3).toNanos();
        private static final long LOOK_NANOS = Duration.ofNanos(200_000).toNanos();

        private Look() {}

        /** Where nothing changes it is time too, a little later. */
        static void untilChanged(Path folder, String kind, long micros) throws IOException {
            pass(WARM_UP);
            String before = files(folder, kind);
            long end = System.nanoTime() + LIMIT_NANOS;
            while (before.equals(files(folder, kind)) && System.nanoTime() < end) {
                LockSupport.parkNanos(LOOK_NANOS);
            }
            pass(Duration.ofNanos(micros * 1000));
        }

        private static String files(Path folder, String kind) throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.filter(file -> file.toString().endsWith(kind))
                        .sorted()
                        .map(file -> file + " " + state(file, kind))
                        .collect(Collectors.joining("\n"));
            }
        }

        private static String state(Path file, String kind) {
            try {
                return kind.equals(".cursors") ? Files.getLastModifiedTime(file).toString() : "";
            } catch (IOException _) {
                return "gone";
            }
        }
    }
}

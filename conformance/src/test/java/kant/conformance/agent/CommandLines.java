package kant.conformance.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Notes the command lines of all processes of the machine, many times a second, but for its own. */
final class CommandLines implements AutoCloseable {
    private static final long PAUSE_NANOS = Duration.ofMillis(25).toNanos();

    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Thread looking;
    private volatile boolean closed;

    CommandLines() {
        looking = Thread.ofPlatform().daemon().start(this::look);
    }

    private void look() {
        while (!closed) {
            for (Path process : processes()) {
                try {
                    seen.add(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                            .replace('\0', ' '));
                } catch (IOException _) {
                    // it ended while we looked
                }
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    private static List<Path> processes() {
        String own = Long.toString(ProcessHandle.current().pid());
        try (Stream<Path> folders = Files.list(Path.of("/proc"))) {
            return folders.filter(folder -> {
                        String name = folder.getFileName().toString();
                        return name.matches("\\d+") && !name.equals(own);
                    })
                    .toList();
        } catch (IOException e) {
            throw new AssertionError("/proc cannot be read", e);
        }
    }

    /** All of them so far, one a line. */
    String text() {
        return String.join("\n", seen);
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        looking.join();
    }
}

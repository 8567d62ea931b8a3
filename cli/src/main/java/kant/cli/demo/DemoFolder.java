package kant.cli.demo;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kant.cli.host.CliException;
import kant.cli.host.Installation;

/** The folder that one demo has for itself: locked while it runs, empty when it begins. */
final class DemoFolder implements AutoCloseable {
    private static final String LOCK = "demo.lock";
    private static final Duration LEFTOVERS_LIMIT = Duration.ofSeconds(30);

    private final Path path;
    private final FileChannel channel;

    private DemoFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** Takes the folder for this process, or says who has it. What an earlier demo left running in it is stopped. */
    static DemoFolder take(Path wanted) throws CliException {
        Path path = Installation.privateFolder(wanted);
        try {
            requireOurs(path);
            FileChannel channel = FileChannel.open(
                    path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                throw new CliException("folder " + path + " is taken by another demo (process "
                        + Files.readString(path.resolve(LOCK)).strip()
                        + "); end that one, or start this one in another directory or with --data DIR");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            stopLeftovers(path);
            return new DemoFolder(path, channel);
        } catch (IOException e) {
            throw new CliException(
                    "folder " + path + " can't be used: " + e.getMessage() + "; name another with --data DIR", e);
        }
    }

    Path path() {
        return path;
    }

    /** Removes everything that an earlier demo wrote. */
    void clear() throws CliException {
        try (var files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                if (!file.equals(path) && !file.equals(path.resolve(LOCK))) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new CliException(
                    "folder " + path + " can't be cleared of the last demo: " + e.getMessage() + "; remove it yourself",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static void requireOurs(Path path) throws IOException, CliException {
        try (var files = Files.list(path)) {
            if (!Files.exists(path.resolve(LOCK)) && files.findAny().isPresent()) {
                throw new CliException(
                        "folder " + path
                                + " is not empty and no demo made it, so it is left alone; name an empty folder with --data DIR");
            }
        }
    }

    /** A demo that was killed leaves its programs behind; their command lines name this folder. */
    private static void stopLeftovers(Path path) throws CliException {
        List<ProcessHandle> left = ProcessHandle.allProcesses()
                .filter(p -> p.info()
                        .commandLine()
                        .filter(c -> c.contains(path + "/")
                                && (c.contains("kant.iothub.Main") || c.contains("kant.edgedaemon.Main")))
                        .isPresent())
                .toList();
        left.forEach(ProcessHandle::destroy);
        for (ProcessHandle process : left) {
            try {
                process.onExit().get(LEFTOVERS_LIMIT.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new CliException(
                        "process " + process.pid() + " of an earlier demo in " + path + " does not end; kill it", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CliException("interrupted while an earlier demo ended", e);
            }
        }
    }
}

package kant.cli.host;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of our programs as a child process: its output goes to a file, and it never outlives its owner's {@link #stop}. */
public final class Program implements AutoCloseable {
    /** A daemon stops its agent, then all modules, then the hub, and waits for each. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final Path log;

    private Program(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts it, with standard output and error appended to the log file. */
    public static Program start(String name, List<String> command, Path log) throws CliException {
        try {
            var builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new Program(name, builder.start(), log);
        } catch (IOException e) {
            throw new CliException("program " + name + " can't be started: " + e.getMessage(), e);
        }
    }

    public boolean alive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Fails with the program's last words if it has ended. */
    public void requireAlive() throws CliException {
        if (!process.isAlive()) {
            throw new CliException(name + " ended with exit code " + process.exitValue() + ": " + lastLine()
                    + " (its log: " + log + ")");
        }
    }

    /** The last line of its log that says something. */
    private String lastLine() {
        try {
            return java.nio.file.Files.readAllLines(log).reversed().stream()
                    .filter(l -> !l.isBlank())
                    .findFirst()
                    .orElse("it said nothing");
        } catch (IOException e) {
            return "its log can't be read: " + e.getMessage();
        }
    }

    /** Waits for it to end by itself. */
    public int waitFor() throws InterruptedException {
        return process.waitFor();
    }

    /** Ends it at once, as a power cut would. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks it to end, waits, and then ends it with everything below it. */
    @Override
    public void close() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroyForcibly);
    }
}

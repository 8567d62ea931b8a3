package kant.bench.host;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A program as a child process, with its output line by line; it does not outlive us. */
public final class Child implements AutoCloseable {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final int LINES_KEPT = 200;
    private static final String END = "\u0000end";

    private final String name;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(LINES_KEPT);
    private final List<String> seen = new ArrayList<>();
    private final Thread endWithUs = new Thread(this::end, "end-child");

    private Child(String name, Process process) {
        this.name = name;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(endWithUs);
        Thread.ofVirtual().start(this::read);
    }

    /** Starts a program in a directory. */
    public static Child start(String name, Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().putAll(environment);
        return new Child(name, builder.start());
    }

    /** {@code ./kant …}; what it remembers about running programs stays in the directory. */
    public static Child kant(Path directory, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(repository().resolve("kant").toString());
        command.addAll(List.of(arguments));
        return start(
                "kant " + String.join(" ", arguments),
                directory,
                Map.of("KANT_STATE", directory.resolve("state").toString()),
                command);
    }

    /** Runs {@code ./kant …} to its end and reads its last line as JSON. */
    public static JsonNode kantJson(Path directory, Duration limit, String... arguments)
            throws IOException, InterruptedException {
        try (Child child = kant(directory, arguments)) {
            String last = child.awaitEnd(limit);
            return new ObjectMapper().readTree(last);
        }
    }

    public static Path repository() {
        return Path.of(System.getProperty("kant.repository", "."))
                .toAbsolutePath()
                .normalize();
    }

    public long pid() {
        return process.pid();
    }

    /** The process below this one whose command line has this word, a main class for example. */
    public Optional<ProcessHandle> below(String word) {
        return process.descendants().filter(p -> commandLine(p).contains(word)).findFirst();
    }

    /** The ids of all processes below this one whose command line has this word. */
    public Set<Long> idsBelow(String word) {
        return process.descendants()
                .filter(p -> commandLine(p).contains(word))
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }

    /** The next line that contains this text. */
    public String awaitLine(String part, Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IOException(
                        name + " did not say \"" + part + "\" within " + limit.toSeconds() + " s; it said:\n" + said());
            }
            if (line.equals(END)) {
                throw new IOException(name + " ended without saying \"" + part + "\"; it said:\n" + said());
            }
            if (line.contains(part)) {
                return line;
            }
        }
    }

    /** Asks it to end and waits; takes it down, with all below it, where it does not. */
    @Override
    public void close() {
        end();
        Runtime.getRuntime().removeShutdownHook(endWithUs);
    }

    private void end() {
        List<ProcessHandle> below = process.descendants().toList();
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        below.forEach(ProcessHandle::destroyForcibly);
    }

    private String awaitEnd(Duration limit) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        String last = "";
        String line = "";
        while (!line.equals(END)) {
            last = line.isBlank() ? last : line;
            line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IOException(name + " did not end within " + limit.toSeconds() + " s; it said:\n" + said());
            }
        }
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException(name + " ended with " + code + "; it said:\n" + said());
        }
        return last;
    }

    private static String commandLine(ProcessHandle process) {
        return process.info().commandLine().orElse("");
    }

    private String said() {
        synchronized (seen) {
            return String.join("\n", seen);
        }
    }

    private void read() {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                keep(line);
            }
        } catch (IOException _) {
            // the process was ended while we read
        } finally {
            keep(END);
        }
    }

    /** The latest lines matter, and nobody may be reading. */
    private void keep(String line) {
        synchronized (seen) {
            seen.add(line);
            if (seen.size() > LINES_KEPT) {
                seen.removeFirst();
            }
        }
        while (!lines.offer(line)) {
            lines.poll();
        }
    }
}

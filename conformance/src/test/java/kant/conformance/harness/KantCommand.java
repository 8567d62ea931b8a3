package kant.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** One {@code ./kant …} as a child process, with its output line by line. */
public final class KantCommand implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String END = "\u0000end";

    private final String text;
    private final Process process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final List<String> seen = new ArrayList<>();

    private KantCommand(List<String> command, Map<String, String> environment, Path directory) throws IOException {
        text = String.join(" ", command);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).directory(directory.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
        // Not a virtual one: some that read pipes at once leave no carrier for the next.
        Thread.ofPlatform().daemon().start(this::read);
    }

    /** Starts {@code ./kant} with these arguments in a directory; its state folder is the directory's own. */
    public static KantCommand start(Path directory, String... arguments) throws IOException {
        return startWithin(List.of(), directory, arguments);
    }

    /** The same with more in its environment. */
    public static KantCommand startWith(Map<String, String> more, Path directory, String... arguments)
            throws IOException {
        var environment = new HashMap<>(more);
        environment.put("KANT_STATE", directory.resolve("state").toString());
        var command = new ArrayList<>(List.of(arguments));
        command.addFirst(repository().resolve("kant").toString());
        return new KantCommand(command, environment, directory);
    }

    /** The same behind a command that runs others, such as one that enters a network namespace. */
    public static KantCommand startWithin(List<String> within, Path directory, String... arguments) throws IOException {
        var command = new ArrayList<>(within);
        command.add(repository().resolve("kant").toString());
        command.addAll(List.of(arguments));
        return new KantCommand(
                command, Map.of("KANT_STATE", directory.resolve("state").toString()), directory);
    }

    /** Any other program, with its environment added to. */
    public static KantCommand program(Path directory, Map<String, String> environment, List<String> command)
            throws IOException {
        return new KantCommand(command, environment, directory);
    }

    /** Runs it to its end. */
    public static Ended run(Path directory, Duration limit, String... arguments) throws Exception {
        try (KantCommand command = start(directory, arguments)) {
            return command.await(limit);
        }
    }

    /** How a command ended, and everything it said. */
    public record Ended(int code, List<String> lines) {
        public String output() {
            return String.join("\n", lines);
        }

        /** The last line as JSON. */
        public JsonNode json() throws IOException {
            return JSON.readTree(lines.getLast());
        }
    }

    public static Path repository() {
        return Path.of(System.getProperty("kant.repository", ".."))
                .toAbsolutePath()
                .normalize();
    }

    /** Writes a line to its standard input. */
    public void writeLine(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
        process.getOutputStream().flush();
    }

    /** Ends its standard input. */
    public void endInput() throws IOException {
        process.getOutputStream().close();
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** The next line that contains this text; fails when the command ends or time runs out before. */
    public String awaitLine(String part, Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            String line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null || line.equals(END)) {
                throw new AssertionError("\"" + text + "\" " + (line == null ? "did not say" : "ended without saying")
                        + " \"" + part + "\" within " + limit.toSeconds() + " s; it said:\n" + String.join("\n", seen));
            }
            if (line.contains(part)) {
                return line;
            }
        }
    }

    /** The next line that is a JSON object. */
    public JsonNode awaitJson(Duration limit) throws Exception {
        return JSON.readTree(awaitLine("{\"", limit));
    }

    public Ended await(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("\"" + text + "\" did not end within " + limit.toSeconds() + " s; it said:\n"
                    + String.join("\n", said()));
        }
        awaitEndOfOutput();
        return new Ended(process.exitValue(), said());
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private void awaitEndOfOutput() throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        String line = "";
        while (line != null && !line.equals(END)) {
            line = lines.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    /** Everything it said so far. */
    public synchronized List<String> said() {
        return List.copyOf(seen);
    }

    private void read() {
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (this) {
                    seen.add(line);
                }
                lines.add(line);
            }
        } catch (IOException _) {
            // the process was killed while we read
        } finally {
            lines.add(END);
        }
    }
}

package kant.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A running device: daemon, agent, hub and modules, or the hub alone. */
public final class EdgeDevice implements AutoCloseable {
    public static final String ADDRESS = "127.10.0.1";

    /** What clients call the device. */
    public static final String NAME = "edge.kant.test";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final int METRICS_PORT = 9600;
    private static final long BYTES_PER_KB = 1024;

    private final Path directory;
    private final String connectionString;
    private final List<String> arguments;
    private KantCommand program;
    private JsonNode ready;

    private EdgeDevice(Path directory, String connectionString, List<String> arguments) {
        this.directory = directory;
        this.connectionString = connectionString;
        this.arguments = arguments;
    }

    /**
     * Where a device is, so that several can run side by side.
     *
     * @param folder of its data, in the directory that its stand-in shares
     */
    public record Place(String folder, String address, String hostName) {
        /** Where its data will be. */
        public Path data(StandIn parent) {
            return parent.directory().resolve(folder);
        }
    }

    /** Starts a device in the directory that its stand-in shares. */
    public static EdgeDevice start(StandIn parent, String connectionString, String... more) throws Exception {
        return start(parent, new Place("edge", ADDRESS, NAME), connectionString, more);
    }

    /** Starts a device at a place of its own. */
    public static EdgeDevice start(StandIn parent, Place place, String connectionString, String... more)
            throws Exception {
        var arguments = new ArrayList<>(List.of(
                "edge",
                "run",
                "--data",
                place.data(parent).toString(),
                "--address",
                place.address(),
                "--hostname",
                place.hostName(),
                "--json"));
        arguments.addAll(List.of(more));
        var device = new EdgeDevice(parent.directory(), connectionString, arguments);
        device.restart();
        return device;
    }

    /** Starts it again on the same data, with arguments that it did not have before. */
    public void restartWith(String... more) throws Exception {
        arguments.addAll(List.of(more));
        restart();
    }

    /** Starts it again on the same data. */
    public void restart() throws Exception {
        // a command line is for everybody to see
        var secret = Map.of("KANT_CONNECTION_STRING", connectionString);
        program = KantCommand.startWith(secret, directory, arguments.toArray(String[]::new));
        ready = program.awaitJson(START);
    }

    /** The trust bundle for clients of the device's hub. */
    public String caPem() throws Exception {
        return Files.readString(Path.of(ready.path("caFile").asText()));
    }

    public String caFile() {
        return ready.path("caFile").asText();
    }

    public Path data() {
        return Path.of(ready.path("data").asText());
    }

    public String address() {
        return ready.path("address").asText();
    }

    public KantCommand program() {
        return program;
    }

    /** The log of one of its modules so far. */
    public String log(String module) throws Exception {
        return KantCommand.run(directory, CALL, "logs", module, "--data", data().toString())
                .output();
    }

    /** The hub's metrics page. */
    public String metrics() throws Exception {
        try (var in = URI.create("http://" + address() + ":" + METRICS_PORT + "/metrics")
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** The process of the device's hub. */
    public ProcessHandle hub() {
        return ProcessHandle.of(program.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(p -> p.info().commandLine().orElse("").contains("kant.edgehub.Main"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the device has no process of a hub"));
    }

    /** Memory of the hub's process that is resident now, in bytes. */
    public long hubResidentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + hub().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * BYTES_PER_KB)
                .findFirst()
                .orElseThrow(() -> new AssertionError("the hub's process has ended"));
    }

    @Override
    public void close() throws Exception {
        program.close();
    }
}

package kant.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A running device: daemon, agent, hub and modules, or the hub alone. */
public final class EdgeDevice implements AutoCloseable {
    public static final String ADDRESS = "127.10.0.1";

    /** What clients call the device. */
    public static final String NAME = "edge.kant.test";

    private static final Duration START = Duration.ofSeconds(60);

    private final Path directory;
    private final List<String> arguments;
    private KantCommand program;
    private JsonNode ready;

    private EdgeDevice(Path directory, List<String> arguments) {
        this.directory = directory;
        this.arguments = arguments;
    }

    /** Starts a device in the directory that its stand-in shares. */
    public static EdgeDevice start(StandIn parent, String connectionString, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(
                "edge",
                "run",
                "--connection-string",
                connectionString,
                "--data",
                parent.directory().resolve("edge").toString(),
                "--address",
                ADDRESS,
                "--hostname",
                NAME,
                "--json"));
        arguments.addAll(List.of(more));
        var device = new EdgeDevice(parent.directory(), arguments);
        device.restart();
        return device;
    }

    /** Starts it again on the same data. */
    public void restart() throws Exception {
        program = KantCommand.start(directory, arguments.toArray(String[]::new));
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

    public KantCommand program() {
        return program;
    }

    @Override
    public void close() throws Exception {
        program.close();
    }
}

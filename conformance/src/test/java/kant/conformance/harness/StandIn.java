package kant.conformance.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A running IoT Hub stand-in, administered by the {@code kant} command. */
public final class StandIn implements AutoCloseable {
    /** How its clients name it; the hosts file of this suite knows the address. */
    public static final String NAME = "hub.kant.test";

    public static final String ADDRESS = "127.10.0.2";

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration CALL = Duration.ofSeconds(30);

    private final Path directory;
    private final String name;
    private final String address;
    private KantCommand program;
    private JsonNode ready;

    private StandIn(Path directory, String name, String address) {
        this.directory = directory;
        this.name = name;
        this.address = address;
    }

    public static StandIn start(Path directory) throws Exception {
        return start(directory, NAME, ADDRESS);
    }

    /** One beside the one that most suites share; the hosts file must know its name. */
    public static StandIn start(Path directory, String name, String address) throws Exception {
        var standIn = new StandIn(directory, name, address);
        standIn.restart();
        return standIn;
    }

    /** Starts it again on the same data. */
    public void restart() throws Exception {
        program = KantCommand.start(
                directory, "hub", "run", "--data", data(), "--address", address, "--name", name, "--json");
        ready = program.awaitJson(START);
    }

    public void kill() throws Exception {
        // the launcher passes the end on; a power cut takes the program itself
        ProcessHandle.of(program.pid()).orElseThrow().descendants().forEach(ProcessHandle::destroyForcibly);
        program.close();
    }

    public Path directory() {
        return directory;
    }

    public String name() {
        return name;
    }

    public String address() {
        return address;
    }

    public String caFile() {
        return ready.path("caFile").asText();
    }

    public String caPem() throws Exception {
        return Files.readString(Path.of(caFile()));
    }

    public String serviceConnectionString() {
        return ready.path("connectionString").asText();
    }

    public int httpsPort() {
        return ready.path("ports").path("https").asInt();
    }

    public String createDevice(String id) throws Exception {
        return command("hub", "device", "create", id, "--data", data(), "--json")
                .path("connectionString")
                .asText();
    }

    /** A device that may use the hub of this edge device. */
    public String createLeaf(String id, String edge) throws Exception {
        return command("hub", "device", "create", id, "--parent", edge, "--data", data(), "--json")
                .path("connectionString")
                .asText();
    }

    public String createEdgeDevice(String id) throws Exception {
        return command("hub", "device", "create", id, "--edge", "--data", data(), "--json")
                .path("connectionString")
                .asText();
    }

    public String createModule(String device, String id) throws Exception {
        return command("hub", "module", "create", device, id, "--data", data(), "--json")
                .path("connectionString")
                .asText();
    }

    public JsonNode twin(String id) throws Exception {
        return command("hub", "twin", "show", id, "--data", data(), "--json");
    }

    public JsonNode patchTwin(String id, String desired) throws Exception {
        return command("hub", "twin", "patch", id, desired, "--data", data(), "--json");
    }

    public JsonNode method(String id, String name, String payload) throws Exception {
        return command("hub", "method", id, name, payload, "--data", data(), "--json");
    }

    /** What {@code kant hub deploy} says about a file with this text, whatever it is. */
    public KantCommand.Ended tryToDeploy(String device, String text) throws Exception {
        Path file = Files.writeString(directory.resolve("questionable.json"), text);
        return KantCommand.run(directory, CALL, "hub", "deploy", device, file.toString(), "--data", data());
    }

    /** Its own log so far. */
    public String log() throws Exception {
        return Files.readString(directory.resolve("hub/iot-hub.log"));
    }

    public boolean alive() {
        return program.alive();
    }

    public void deploy(String device, String manifest) throws Exception {
        Path file = Files.writeString(directory.resolve("manifest.json"), manifest);
        command("hub", "deploy", device, file.toString(), "--data", data(), "--json");
    }

    /** Follows telemetry from the oldest on, one JSON object a line. */
    public KantCommand watch() throws Exception {
        return KantCommand.start(directory, "hub", "watch", "--after", "-1", "--json", "--data", data());
    }

    /** Waits for a telemetry message whose line contains this text. */
    public JsonNode awaitTelemetry(String part, Duration limit) throws Exception {
        try (KantCommand watch = watch()) {
            return new ObjectMapper().readTree(watch.awaitLine(part, limit));
        }
    }

    private JsonNode command(String... arguments) throws Exception {
        KantCommand.Ended ended = KantCommand.run(directory, CALL, arguments);
        if (ended.code() != 0) {
            throw new AssertionError(
                    String.join(" ", arguments) + " ended with " + ended.code() + ": " + ended.output());
        }
        return ended.json();
    }

    private String data() {
        return directory.resolve("hub").toString();
    }

    @Override
    public void close() throws Exception {
        program.close();
    }
}

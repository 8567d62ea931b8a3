package kant.conformance.harness;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The Edge Hub's own program without a daemon, as the original offers it to developers: key and certificates by its environment.
 * Suites that restart, kill or configure a hub use it.
 */
public final class EdgeHubProgram implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final int METRICS_PORT = 9600;

    private final StandIn parent;
    private final Place place;
    private final Map<String, String> environment;
    private final Certificates.Identity certificate;
    private KantCommand program;

    private EdgeHubProgram(
            StandIn parent, Place place, Map<String, String> environment, Certificates.Identity certificate) {
        this.parent = parent;
        this.place = place;
        this.environment = environment;
        this.certificate = certificate;
    }

    /**
     * Where a hub is.
     *
     * @param device the edge device that it is the hub of, and the name of its data folder
     * @param hostName what clients dial
     */
    public record Place(String device, String address, String hostName) {}

    /**
     * Starts the hub of an edge device that is registered and has a deployment.
     *
     * @param more its environment beyond what every hub needs
     */
    public static EdgeHubProgram start(StandIn parent, SasIdentity hub, Place place, Map<String, String> more)
            throws Exception {
        Path folder = Files.createDirectories(parent.directory().resolve("hub-" + place.device()));
        Certificates.Identity certificate =
                Certificates.selfSigned(folder, place.hostName(), "DNS:" + place.hostName() + ",IP:" + place.address());
        Map<String, String> environment = new HashMap<>();
        environment.put("IotHubConnectionString", hub.connectionString());
        environment.put("EdgeDeviceHostName", place.hostName());
        environment.put(
                "EdgeHubDevServerCertificateFile", certificate.certificateFile().toString());
        environment.put("EdgeHubDevServerPrivateKeyFile", certificate.keyFile().toString());
        environment.put("EdgeHubDevTrustBundleFile", parent.caFile());
        environment.put("StorageFolder", folder.toString());
        environment.put("KANT_LISTEN_ADDRESS", place.address());
        environment.put("KANT_PARENT_ADDRESS", parent.address());
        environment.put("KANT_PARENT_HTTPS_PORT", Integer.toString(parent.httpsPort()));
        environment.put("DeviceScopeCacheRefreshDelaySecs", "1");
        environment.put("MaxConnectedClients", "2000");
        environment.putAll(more);
        var program = new EdgeHubProgram(parent, place, environment, certificate);
        program.restart();
        return program;
    }

    /** Starts it again on the same data. */
    public void restart() throws Exception {
        launch();
        awaitReady();
    }

    /** Starts its process on the same data and waits for nothing. */
    public void launch() throws Exception {
        program = KantCommand.program(parent.directory(), environment, command());
    }

    public void awaitReady() throws Exception {
        program.awaitLine("edge hub ready", START);
    }

    /** Ends it as a power cut would. */
    public void kill() throws Exception {
        program.kill();
    }

    /** Where it keeps its messages. */
    public Path data() {
        return Path.of(environment.get("StorageFolder")).resolve("edgeHub");
    }

    public Place place() {
        return place;
    }

    public String address() {
        return place.address();
    }

    /** What its clients must trust. */
    public String caPem() throws Exception {
        return Files.readString(certificate.certificateFile());
    }

    public Path caFile() {
        return certificate.certificateFile();
    }

    public KantCommand program() {
        return program;
    }

    /** The sockets of this process to a port of its parent that stand now. */
    public long connectionsTo(int port) throws Exception {
        KantCommand.Ended ended;
        try (KantCommand ss = KantCommand.program(
                parent.directory(),
                Map.of(),
                List.of("ss", "-Htnp", "state", "established", "dst", parent.address(), "dport", "=", ":" + port))) {
            ended = ss.await(START);
        }
        return ended.lines().stream()
                .filter(line -> line.contains("pid=" + program.pid() + ","))
                .count();
    }

    public String metrics() throws Exception {
        try (var in = URI.create("http://" + address() + ":" + METRICS_PORT + "/metrics")
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Everything that this run of it logged so far. */
    public String log() {
        return String.join("\n", program.said());
    }

    /** Stops it; its log is left where a failed suite's reader finds it. */
    @Override
    public void close() throws Exception {
        program.close();
        Files.writeString(logs().resolve(place.device() + ".log"), log());
    }

    /** Where logs are left. */
    public Path logs() throws Exception {
        return Files.createDirectories(KantCommand.repository().resolve("conformance/target/hubs"));
    }

    /** As the bundle has it that devices run. */
    private static List<String> command() throws Exception {
        Path bundle = KantCommand.repository().resolve("dist/target/kant/bundles/kant/edge-hub/0.1.0");
        Path java = KantCommand.repository().resolve("dist/target/kant/runtime/bin/java");
        List<String> command = new ArrayList<>();
        new ObjectMapper()
                .readTree(bundle.resolve("bundle.json").toFile())
                .path("entrypoint")
                .forEach(word -> command.add(
                        word.asText().replace("${java}", java.toString()).replace("${bundle}", bundle.toString())));
        return command;
    }
}

package kant.cli.edge;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Ports;
import kant.cli.host.Program;
import kant.cli.host.Version;
import kant.model.digest.Sha256;

/** Starts a device: writes its configuration, starts its daemon, and knows whether its hub serves. */
public final class EdgeProgram implements AutoCloseable {
    /** Where a hub serves MQTT; built into every device SDK. */
    public static final int MQTT_PORT = 8883;

    private static final String CONFIG = "config.toml";

    private static final int LONGEST_SOCKET_FOLDER = 60;

    private final Program program;
    private final EdgeSettings settings;
    private final Path run;
    private final Path pointer;

    private EdgeProgram(Program program, EdgeSettings settings, Path run, Path pointer) {
        this.program = program;
        this.settings = settings;
        this.run = run;
        this.pointer = pointer;
    }

    public static EdgeProgram start(Installation installation, EdgeSettings settings) throws CliException {
        Path data = Installation.privateFolder(settings.data());
        Ports.requireFree(
                settings.address(),
                MQTT_PORT,
                "choose another address of this machine with --address, for example 127.0.0.5");
        try {
            Path run = socketFolder(data);
            Path config = data.resolve(CONFIG);
            Installation.writePrivately(config, toml(installation, settings, data, run));
            Program program = Program.start(
                    "the edge daemon",
                    installation.program(
                            "edge-daemon", "kant.edgedaemon.Main", "32m", List.of("--config", config.toString())),
                    data.resolve("edge-daemon.log"));
            return new EdgeProgram(program, settings, run, EdgeDirectory.register(installation, data, run));
        } catch (IOException e) {
            throw new CliException("folder " + data + " can't be used: " + e.getMessage(), e);
        }
    }

    /** Whether a device has been started on this data before. */
    static boolean hasRun(Path data) {
        return Files.exists(data.resolve(CONFIG));
    }

    public Program program() {
        return program;
    }

    /** Where {@code mgmt.sock} is. */
    public Path run() {
        return run;
    }

    /** Whether the device's hub accepts connections. */
    public boolean hubServes() {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(settings.address(), MQTT_PORT), 200);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        program.close();
        Files.deleteIfExists(pointer);
        if (!run.startsWith(settings.data().toAbsolutePath().normalize()) && Files.isDirectory(run)) {
            try (var left = Files.walk(run)) {
                for (Path path :
                        left.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    /** Unix socket paths hold 107 bytes: a deep data folder gets a short socket folder elsewhere. */
    private static Path socketFolder(Path data) throws CliException {
        Path inside = data.resolve("run");
        if (inside.toString().getBytes(StandardCharsets.UTF_8).length <= LONGEST_SOCKET_FOLDER) {
            return Installation.privateFolder(inside);
        }
        return Installation.privateFolder(
                Path.of(System.getProperty("java.io.tmpdir"), "kant-" + shortHash(data.toString())));
    }

    static String shortHash(String text) {
        return Sha256.hex(text).substring(0, 12);
    }

    private static String toml(Installation installation, EdgeSettings s, Path data, Path run) {
        var text = new StringBuilder();
        line(text, "hostname", s.hostName());
        if (s.parentCa() != null) {
            line(
                    text,
                    "trust_bundle_cert",
                    s.parentCa()
                            .toUri()
                            .toString()
                            .replace("file:/", "file:///")
                            .replace("file://///", "file:///"));
        }
        text.append("\n[provisioning]\n");
        line(text, "source", "manual");
        line(text, "connection_string", s.connectionString());
        if (s.agentImage() == null) {
            text.append("\n[agent]\n");
            line(text, "imagePullPolicy", "never"); // our own image was made in the engine; no registry has it
        }
        text.append("\n[agent.config]\n");
        line(text, "image", s.agentImage() == null ? "kant/edge-agent:" + Version.TEXT : s.agentImage());
        if (!s.agentEnvironment().isEmpty()) {
            text.append("\n[agent.env]\n");
            for (Map.Entry<String, String> e : new TreeMap<>(s.agentEnvironment()).entrySet()) {
                line(text, e.getKey(), e.getValue());
            }
        }
        text.append("\n[moby_runtime]\n");
        line(text, "uri", "unix://" + s.engineSocket());
        line(text, "network", s.network());
        text.append("\n[kant]\n");
        line(text, "data", data.toString());
        line(text, "run", run.toString());
        line(text, "engine", s.engine());
        line(text, "catalogue", installation.home().resolve("bundles").toString());
        line(text, "listen_address", s.address());
        if (s.parentAddress() != null) {
            line(text, "parent_address", s.parentAddress());
        }
        text.append("parent_https_port = ").append(s.parentHttpsPort()).append('\n');
        text.append("hub_only = ").append(s.hubOnly()).append('\n');
        text.append("remove_on_stop = ").append(s.removeOnStop()).append('\n');
        return text.toString();
    }

    private static void line(StringBuilder text, String key, String value) {
        text.append(key)
                .append(" = \"")
                .append(value.replace("\\", "\\\\").replace("\"", "\\\""))
                .append("\"\n");
    }
}

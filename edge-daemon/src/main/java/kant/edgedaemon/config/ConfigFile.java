package kant.edgedaemon.config;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.toml.TomlFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.management.RegistryAuth;
import kant.edgedaemon.config.DaemonConfig.Agent;
import kant.edgedaemon.config.DaemonConfig.Behaviour;
import kant.edgedaemon.config.DaemonConfig.EdgeCa;
import kant.edgedaemon.config.DaemonConfig.Engine;
import kant.edgedaemon.config.DaemonConfig.Folders;
import kant.edgedaemon.config.DaemonConfig.Parent;
import kant.edgedaemon.config.DaemonConfig.Sockets;
import kant.model.error.RefusedException;
import kant.model.json.JsonText;
import org.jspecify.annotations.Nullable;

/** Turns the text of {@code config.toml} into a {@link DaemonConfig}, or into all its mistakes. */
public final class ConfigFile {
    /** The bootstrap agent where the file names none. */
    static final String AGENT_IMAGE = "kant/edge-agent:0.1.0";

    private static final int HTTPS_PORT = 443;
    private static final int CA_DAYS = 90;
    private static final int COMMON_NAME_CHARACTERS = 64;

    private final ConfigReader in;

    private ConfigFile(ConfigReader in) {
        this.in = in;
    }

    /**
     * Reads the file.
     *
     * @param machineName what {@code hostname} is where the file does not say
     */
    public static DaemonConfig read(Path file, String machineName) throws IOException, ConfigException {
        return parse(Files.readString(file), file.getFileName().toString(), machineName);
    }

    static DaemonConfig parse(String text, String file, String machineName) throws ConfigException {
        var lines = new TomlLines(text);
        JsonNode tree = tree(text, file);
        var reader = new ConfigReader(tree, lines, file);
        DaemonConfig config = new ConfigFile(reader).config(KnownKeys.warnings(tree, lines, file), machineName);
        if (!reader.mistakes().isEmpty()) {
            throw new ConfigException(reader.mistakes());
        }
        return config;
    }

    private static JsonNode tree(String text, String file) throws ConfigException {
        try {
            return JsonText.read(new TomlFactory().createParser(text));
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new ConfigException(
                    List.of(file + (line > 0 ? ":" + line : "") + ": not TOML: " + e.getOriginalMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException("text in memory is always read", e);
        }
    }

    private DaemonConfig config(List<String> warnings, String machineName) {
        refuseWhatIsNotBuilt();
        Folders folders = folders();
        ModuleSpec agent = agent();
        return new DaemonConfig(
                hostName(machineName),
                new ProvisioningReader(in).read(),
                new Parent(in.textOrNull("kant.parent_address"), in.port("kant.parent_https_port", HTTPS_PORT)),
                in.pathOrNull("trust_bundle_cert"),
                edgeCa(),
                new Agent(agent),
                engine(agent.image()),
                sockets(folders.run()),
                folders,
                behaviour(),
                warnings);
    }

    /** Keys whose silent loss would change who the device is, or how its secrets are kept. */
    private void refuseWhatIsNotBuilt() {
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("parent_hostname", "an edge below another edge");
        refused.put("local_gateway_hostname", "an edge below another edge");
        refused.put("edge_ca.method", "an edge CA issued by EST or a local CA");
        refused.put("aziot_keys", "keys in a PKCS#11 token");
        refused.put("imported_master_encryption_key", "an imported encryption key");
        refused.forEach((key, what) -> {
            if (in.has(key)) {
                in.mistake(key, "\"" + key + "\": " + what + " is not possible in this version. Remove the key.");
            }
        });
    }

    private String hostName(String machineName) {
        String name = in.text("hostname", machineName);
        if (name.length() > COMMON_NAME_CHARACTERS || !name.matches("[A-Za-z0-9._:-]+")) {
            in.mistake(
                    "hostname",
                    "hostname \"" + name + "\" is not usable as a TLS name: it has more than 64"
                            + " characters, or others than letters, digits, dots and dashes. Use the DNS name that devices"
                            + " connect to, for example \"edge-one.plant.local\".");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    private Folders folders() {
        Path data = in.pathOrNull("kant.data");
        if (data == null) {
            data = Path.of("/var/lib/kant");
        }
        Path run = in.pathOrNull("kant.run");
        return new Folders(data, run == null ? data.resolve("run") : run);
    }

    private EdgeCa edgeCa() {
        Path certificate = in.pathOrNull("edge_ca.cert");
        Path key = in.pathOrNull("edge_ca.pk");
        if ((certificate == null) != (key == null)) {
            in.mistake("edge_ca", "edge_ca needs both \"cert\" and \"pk\", or neither.");
        }
        return new EdgeCa(
                certificate,
                key,
                in.number("edge_ca.auto_generated_edge_ca_expiry_days", CA_DAYS, 1),
                in.text("edge_ca.common_name", ""));
    }

    private ModuleSpec agent() {
        String name = in.text("agent.name", "edgeAgent");
        if (!name.equals("edgeAgent")) {
            in.mistake("agent.name", "agent.name is \"" + name + "\"; only \"edgeAgent\" is possible.");
        }
        String type = in.text("agent.type", ModuleSpec.DOCKER);
        if (!type.equals(ModuleSpec.DOCKER)) {
            in.mistake("agent.type", "agent.type is \"" + type + "\"; only \"docker\" is possible, for every engine.");
        }
        return new ModuleSpec(
                name,
                type,
                pullPolicy(),
                in.text("agent.config.image", AGENT_IMAGE),
                in.object("agent.config.createOptions"),
                auth(),
                null,
                in.texts("agent.env"));
    }

    private PullPolicy pullPolicy() {
        try {
            return PullPolicy.parse(in.textOrNull("agent.imagePullPolicy"));
        } catch (RefusedException e) {
            in.mistake("agent.imagePullPolicy", e.refusal().reason());
            return PullPolicy.ON_CREATE;
        }
    }

    private @Nullable RegistryAuth auth() {
        return in.has("agent.config.auth")
                ? new RegistryAuth(
                        in.textOrNull("agent.config.auth.username"),
                        in.textOrNull("agent.config.auth.password"),
                        in.textOrNull("agent.config.auth.serveraddress"))
                : null;
    }

    private Engine engine(String agentImage) {
        boolean longForm = in.has("moby_runtime.network.name");
        String network =
                longForm ? in.text("moby_runtime.network.name", "") : in.text("moby_runtime.network", "azure-iot-edge");
        return new Engine(
                engineChoice(),
                in.unixPath("moby_runtime.uri", Path.of("/var/run/docker.sock")),
                network,
                longForm ? networkSpec() : JsonNodeFactory.instance.objectNode(),
                in.pathOrNull("kant.catalogue"),
                in.flag("allow_elevated_docker_permissions", true),
                ImageReader.read(in, agentImage));
    }

    private EngineChoice engineChoice() {
        String text = in.text("kant.engine", "auto");
        for (EngineChoice choice : EngineChoice.values()) {
            if (choice.name().equalsIgnoreCase(text)) {
                return choice;
            }
        }
        in.mistake("kant.engine", "kant.engine is \"" + text + "\"; use \"auto\", \"docker\" or \"process\".");
        return EngineChoice.AUTO;
    }

    /** The file's {@code network} table in the words of the engine's API. */
    private ObjectNode networkSpec() {
        ObjectNode spec = JsonNodeFactory.instance.objectNode();
        spec.put("EnableIPv6", in.flag("moby_runtime.network.ipv6", false));
        var configs = spec.putObject("IPAM").putArray("Config");
        for (JsonNode range : in.object("moby_runtime.network.ipam").path("config")) {
            ObjectNode config = configs.addObject();
            Map.of("subnet", "Subnet", "gateway", "Gateway", "ip_range", "IPRange")
                    .forEach((ours, engines) -> {
                        if (range.has(ours)) {
                            config.put(engines, range.path(ours).asText());
                        }
                    });
        }
        return spec;
    }

    private Sockets sockets(Path run) {
        Path management = in.unixPath("listen.management_uri", run.resolve("mgmt.sock"));
        Path workload = in.unixPath("listen.workload_uri", run.resolve("workload.sock"));
        return new Sockets(
                management,
                workload,
                in.unixPath("connect.management_uri", management),
                in.unixPath("connect.workload_uri", workload),
                run.resolve("mnt"),
                in.number("iotedge_max_requests.management", 50, 1),
                in.number("iotedge_max_requests.workload", 10, 1));
    }

    private Behaviour behaviour() {
        Map<String, String> environment = new LinkedHashMap<>(in.texts("kant.env"));
        putUnlessNull(environment, "KANT_LISTEN_ADDRESS", in.textOrNull("kant.listen_address"));
        putUnlessNull(environment, "KANT_PARENT_ADDRESS", in.textOrNull("kant.parent_address"));
        if (in.has("kant.parent_https_port")) {
            environment.put("KANT_PARENT_HTTPS_PORT", Integer.toString(in.port("kant.parent_https_port", HTTPS_PORT)));
        }
        return new Behaviour(
                in.flag("kant.hub_only", false),
                in.flag("kant.remove_on_stop", false),
                in.flag("kant.trust_socket_modes", false),
                environment);
    }

    private static void putUnlessNull(Map<String, String> map, String key, @Nullable String value) {
        if (value != null) {
            map.put(key, value);
        }
    }
}

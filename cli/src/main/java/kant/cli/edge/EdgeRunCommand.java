package kant.cli.edge;

import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import kant.cli.host.CliException;
import kant.cli.host.Installation;
import kant.cli.host.Json;
import kant.cli.host.Program;
import kant.cli.host.Shutdown;
import kant.cli.hub.HubInfo;
import kant.cli.hub.HubSettings;
import kant.cli.image.EngineChoice;
import kant.cli.image.EngineImages;
import kant.cli.image.EngineOptions;
import kant.model.auth.ConnectionString;
import kant.model.error.RefusedException;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kant edge run}: a device in the foreground, until Ctrl-C. */
@Command(
        name = "run",
        description = "Runs an edge device in the foreground: daemon, agent, hub and its deployment's modules.")
final class EdgeRunCommand implements Callable<Integer> {
    private final Installation installation;
    private final PrintStream out;

    @Option(
            names = "--connection-string",
            required = true,
            defaultValue = "${env:KANT_CONNECTION_STRING}",
            paramLabel = "CS",
            description = "the device's; or in the variable KANT_CONNECTION_STRING, which other users do not see")
    private String connectionString = "";

    @Option(names = "--data", required = true, paramLabel = "DIR", description = "where it keeps everything")
    private @Nullable Path data;

    @Option(
            names = "--address",
            defaultValue = "127.0.0.1",
            description = "the Edge Hub listens here (${DEFAULT-VALUE})")
    private String address = "";

    @Option(names = "--hostname", description = "what clients call this device (default: the address)")
    private @Nullable String hostName;

    @Mixin
    private EngineOptions engine = new EngineOptions();

    @Option(
            names = "--network",
            defaultValue = "host",
            description = "the engine's network for modules (${DEFAULT-VALUE})")
    private String network = "";

    @Option(names = "--hub-only", description = "only the Edge Hub: a plain gateway, with no agent and no engine")
    private boolean hubOnly;

    @Option(names = "--parent-address", description = "dial the IoT Hub here instead of resolving its name")
    private @Nullable String parentAddress;

    @Option(names = "--parent-https-port", defaultValue = "0", description = "the IoT Hub's HTTPS port (443)")
    private int parentHttpsPort;

    @Option(
            names = "--parent-ca",
            paramLabel = "FILE",
            description = "CA certificate of the IoT Hub (default: the system's)")
    private @Nullable Path parentCa;

    @Option(
            names = "--env",
            paramLabel = "NAME=VALUE",
            description = "environment for the agent, or with --hub-only for the hub; may be repeated")
    private Map<String, String> environment = Map.of();

    @Option(names = "--json", description = "print one JSON object per line")
    private boolean json;

    EdgeRunCommand(Installation installation, PrintStream out) {
        this.installation = installation;
        this.out = out;
    }

    @Override
    public Integer call() throws CliException, InterruptedException {
        if (data == null) {
            throw new CliException("--data DIR is missing");
        }
        try (var shutdown = new Shutdown()) {
            EdgeSettings settings = settings(data, hubOnly ? engine.engine() : engineWithImages(shutdown));
            EdgeProgram edge = shutdown.add(EdgeProgram.start(installation, settings));
            boolean ready = false;
            while (edge.program().alive()) {
                if (!ready && edge.hubServes()) {
                    ready = true;
                    announce(settings, edge.program());
                }
                Thread.sleep(100);
            }
            if (shutdown.signalled()) {
                return 0;
            }
            edge.program().requireAlive();
            return 1;
        }
    }

    /** Decides for an engine; one that runs containers gets the images of our own programs. */
    private String engineWithImages(Shutdown shutdown) throws CliException {
        Tasks tasks = shutdown.add(Tasks.virtual("engine"));
        String chosen = EngineChoice.of(engine.engine(), engine.socket(), tasks);
        if (chosen.equals("docker")) {
            new EngineImages(Path.of(engine.socket()), installation, tasks).ensure(System.err::println);
        }
        return chosen;
    }

    private EdgeSettings settings(Path folder, String chosenEngine) throws CliException {
        try {
            ConnectionString cs = ConnectionString.parse(connectionString);
            String host = cs.require("HostName");
            cs.require("DeviceId");
            cs.require("SharedAccessKey");
            HubInfo local = HubInfo.byHostName(installation, host);
            String dial = parentAddress != null ? parentAddress : local == null ? null : local.address();
            int https = parentHttpsPort != 0 ? parentHttpsPort : local == null ? 443 : local.httpsPort();
            Path ca = parentCa != null ? parentCa.toAbsolutePath() : local == null ? null : local.caFile();
            if (dial == null) {
                requireName(host, folder);
            }
            return new EdgeSettings(
                    folder,
                    connectionString,
                    address,
                    hostName == null ? address : hostName,
                    chosenEngine,
                    engine.socket(),
                    network,
                    hubOnly,
                    false,
                    dial,
                    https,
                    ca,
                    null,
                    environment(local));
        } catch (RefusedException e) {
            throw new CliException(e.getMessage() == null ? "the connection string is not usable" : e.getMessage(), e);
        } catch (UnknownHostException e) {
            throw new CliException(
                    "the IoT Hub's name in the connection string can't be resolved and no stand-in of this user has it: "
                            + e.getMessage()
                            + "; start it with kant hub run, or name its address with --parent-address",
                    e);
        }
    }

    /** A name that nobody knows is a mistake where a device is new; one that has run before may stand where there is no network. */
    static void requireName(String host, Path folder) throws UnknownHostException {
        if (!EdgeProgram.hasRun(folder)) {
            InetAddress.getByName(host);
        }
    }

    /**
     * What the user gave, and the stand-in's AMQP port where it is not the one that every hub has: what is the same with and
     * without a stand-in in sight must not look like a new configuration, for which modules are made anew.
     */
    private Map<String, String> environment(@Nullable HubInfo local) {
        Map<String, String> all = new HashMap<>(environment);
        if (local != null && local.amqpPort() > 0 && local.amqpPort() != HubSettings.AMQP_PORT) {
            all.putIfAbsent("KANT_PARENT_AMQP_PORT", Integer.toString(local.amqpPort()));
        }
        return all;
    }

    private void announce(EdgeSettings settings, Program daemon) {
        Path data = settings.data().toAbsolutePath().normalize();
        if (json) {
            var line = Json.object()
                    .put("event", "ready")
                    .put("hostName", settings.hostName())
                    .put("address", settings.address());
            line.putObject("ports").put("mqtt", EdgeProgram.MQTT_PORT);
            line.put("data", data.toString())
                    .put("caFile", data.resolve("ca.pem").toString())
                    .put("daemonPid", daemon.pid());
            out.println(Json.text(line));
        } else {
            out.println("The Edge Hub serves MQTT on " + settings.address() + ":" + EdgeProgram.MQTT_PORT + " as "
                    + settings.hostName() + "; its CA certificate: " + data.resolve("ca.pem"));
            out.println("Look at the modules with: kant list. The daemon's log: " + data.resolve("edge-daemon.log"));
            out.println("Stop with Ctrl-C.");
        }
        out.flush();
    }
}

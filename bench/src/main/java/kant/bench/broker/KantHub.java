package kant.bench.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import kant.bench.host.Child;
import kant.bench.host.ProcessUse;
import kant.bench.load.Login;
import kant.bench.load.PairAddress;
import kant.bench.load.Server;
import kant.model.auth.ConnectionString;
import kant.model.auth.SasToken;
import kant.model.error.RefusedException;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Pem;

/** Kant's Edge Hub as {@code kant edge run --hub-only} starts it, below a stand-in, with a route from each sender to its receiver. */
public final class KantHub implements Broker {
    private static final String DEVICE = "bench";
    private static final String PARENT = "bench-hub.kant.test";
    private static final String PARENT_ADDRESS = "127.30.0.2";
    private static final String ADDRESS = "127.30.0.1";
    private static final int MQTT_PORT = 8883;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration COMMAND = Duration.ofSeconds(30);
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);

    private final Child standIn;
    private final Child edge;
    private final Server server;
    private final ProcessUse process;
    private final List<PairAddress> pairs;

    private KantHub(Child standIn, Child edge, Server server, ProcessUse process, List<PairAddress> pairs) {
        this.standIn = standIn;
        this.edge = edge;
        this.server = server;
        this.process = process;
        this.pairs = List.copyOf(pairs);
    }

    /** Starts a stand-in, registers so many pairs of modules, deploys their routes, and starts the hub. */
    public static KantHub start(Path directory, int pairs) throws IOException, InterruptedException {
        Path hubData = directory.resolve("hub");
        Child standIn = Child.kant(
                directory,
                "hub",
                "run",
                "--data",
                hubData.toString(),
                "--address",
                PARENT_ADDRESS,
                "--name",
                PARENT,
                "--json");
        try {
            standIn.awaitLine("{\"", START);
            String device = create(directory, hubData, "device", "create", DEVICE, "--edge");
            List<PairAddress> addresses = new ArrayList<>();
            for (int i = 0; i < pairs; i++) {
                addresses.add(pair(directory, hubData, i));
            }
            deploy(directory, hubData, pairs);
            return startEdge(directory, device, standIn, addresses);
        } catch (IOException | InterruptedException e) {
            standIn.close();
            throw e;
        }
    }

    private static KantHub startEdge(Path directory, String connectionString, Child standIn, List<PairAddress> pairs)
            throws IOException, InterruptedException {
        Child edge = Child.kant(
                directory,
                "edge",
                "run",
                "--hub-only",
                "--connection-string",
                connectionString,
                "--data",
                directory.resolve("edge").toString(),
                "--address",
                ADDRESS,
                "--json");
        try {
            JsonNode ready = new ObjectMapper().readTree(edge.awaitLine("{\"", START));
            String ca = Files.readString(Path.of(ready.path("caFile").asText()));
            var server = new Server(ADDRESS, MQTT_PORT, ADDRESS, ClientTls.trusting(Pem.certificates(ca)));
            long pid = edge.below("kant.edgehub.Main")
                    .orElseThrow(() -> new IOException("kant edge run has no process kant.edgehub.Main below it"))
                    .pid();
            return new KantHub(standIn, edge, server, new ProcessUse(pid), pairs);
        } catch (GeneralSecurityException e) {
            edge.close();
            throw new IOException("the edge device's CA file can't be used: " + e.getMessage(), e);
        } catch (IOException | InterruptedException e) {
            edge.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "kant";
    }

    @Override
    public String promise() {
        return "the message is on disk (fdatasync)";
    }

    @Override
    public Server server() {
        return server;
    }

    @Override
    public List<PairAddress> pairs(int count) {
        return pairs.subList(0, count);
    }

    @Override
    public ProcessUse process() {
        return process;
    }

    @Override
    public void close() {
        edge.close();
        standIn.close();
    }

    private static PairAddress pair(Path directory, Path hubData, int i) throws IOException, InterruptedException {
        String sender = "sender" + i;
        String receiver = "receiver" + i;
        return new PairAddress(
                login(sender, create(directory, hubData, "module", "create", DEVICE, sender)),
                "devices/" + DEVICE + "/modules/" + sender + "/messages/events/%24.on=out",
                login(receiver, create(directory, hubData, "module", "create", DEVICE, receiver)),
                "devices/" + DEVICE + "/modules/" + receiver + "/inputs/#");
    }

    private static Login login(String module, String connectionString) throws IOException {
        try {
            String key = ConnectionString.parse(connectionString).require("SharedAccessKey");
            String resource = PARENT + "/devices/" + DEVICE + "/modules/" + module;
            return new Login(
                    DEVICE + "/" + module,
                    PARENT + "/" + DEVICE + "/" + module + "/?api-version=2021-04-12",
                    SasToken.sign(resource, key, Instant.now().plus(TOKEN_LIFE), ""));
        } catch (RefusedException e) {
            throw new IOException("kant hub module create printed no usable connection string: " + e.getMessage(), e);
        }
    }

    /** Runs {@code kant hub …} and gives the connection string that it prints. */
    private static String create(Path directory, Path hubData, String... arguments)
            throws IOException, InterruptedException {
        return administer(directory, hubData, arguments)
                .path("connectionString")
                .asText();
    }

    private static JsonNode administer(Path directory, Path hubData, String... arguments)
            throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("hub"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--data", hubData.toString(), "--json"));
        return Child.kantJson(directory, COMMAND, all.toArray(String[]::new));
    }

    private static void deploy(Path directory, Path hubData, int pairs) throws IOException, InterruptedException {
        var json = new ObjectMapper();
        ObjectNode manifest = (ObjectNode) json.readTree("""
                {"modulesContent": {
                  "$edgeAgent": {"properties.desired": {"schemaVersion": "1.1",
                    "runtime": {"type": "docker", "settings": {}},
                    "systemModules": {
                      "edgeAgent": {"type": "docker", "settings": {"image": "kant/edge-agent:0.1.0", "createOptions": "{}"}},
                      "edgeHub": {"type": "docker", "status": "running", "restartPolicy": "always",
                        "settings": {"image": "kant/edge-hub:0.1.0", "createOptions": "{}"}}},
                    "modules": {}}},
                  "$edgeHub": {"properties.desired": {"schemaVersion": "1.1", "routes": {},
                    "storeAndForwardConfiguration": {"timeToLiveSecs": 7200}}}
                }}
                """);
        var routes = (ObjectNode) manifest.at("/modulesContent/$edgeHub/properties.desired/routes");
        IntStream.range(0, pairs)
                .forEach(i -> routes.put(
                        "route" + i,
                        "FROM /messages/modules/sender" + i + "/outputs/out INTO BrokeredEndpoint(\"/modules/receiver"
                                + i + "/inputs/in\")"));
        Path file = Files.writeString(directory.resolve("manifest.json"), json.writeValueAsString(manifest));
        administer(directory, hubData, "deploy", DEVICE, file.toString());
    }
}

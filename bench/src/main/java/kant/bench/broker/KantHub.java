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
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kant.bench.host.Child;
import kant.bench.host.ProcessUse;
import kant.bench.load.Crowd;
import kant.bench.load.Login;
import kant.bench.load.PairAddress;
import kant.bench.load.Server;
import kant.model.auth.SasToken;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Pem;
import org.jspecify.annotations.Nullable;

/** Kant's Edge Hub as {@code kant edge run --hub-only} starts it, below a stand-in, with a route from each sender to its receiver. */
public final class KantHub implements Broker {
    public static final String NAME = "kant";

    private static final String DEVICE = "bench";
    private static final String SINK = "sink";
    private static final String MAIN = "kant.edgehub.Main";
    private static final long LOOK_NANOS = 2_000_000;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String PARENT = "bench-hub.kant.test";
    private static final String PARENT_ADDRESS = "127.30.0.2";
    private static final String ADDRESS = "127.30.0.1";
    private static final int METRICS_PORT = 9600;
    private static final int MQTT_PORT = 8883;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration TOKEN_LIFE = Duration.ofHours(12);

    private final Path directory;
    private Child standIn;
    private final Child edge;
    private final Server server;
    private ProcessUse process;

    private KantHub(Path directory, Child standIn, Child edge, Server server, ProcessUse process) {
        this.directory = directory;
        this.standIn = standIn;
        this.edge = edge;
        this.server = server;
        this.process = process;
    }

    /** Starts a stand-in, registers everybody, deploys the routes, and starts the hub. */
    public static KantHub start(Path directory, Size size) throws IOException, InterruptedException {
        Child standIn = standIn(directory);
        try {
            Registry registry = Registry.of(ready(standIn));
            register(registry, size);
            return startEdge(directory, standIn, size);
        } catch (IOException | InterruptedException e) {
            standIn.close();
            throw e;
        }
    }

    private static Child standIn(Path directory) throws IOException {
        return Child.kant(
                directory,
                "hub",
                "run",
                "--data",
                directory.resolve("hub").toString(),
                "--address",
                PARENT_ADDRESS,
                "--name",
                PARENT,
                "--json");
    }

    private static JsonNode ready(Child program) throws IOException, InterruptedException {
        return new ObjectMapper().readTree(program.awaitLine("{\"", START));
    }

    private static KantHub startEdge(Path directory, Child standIn, Size size)
            throws IOException, InterruptedException {
        Child edge = Child.kant(
                directory,
                "edge",
                "run",
                "--hub-only",
                "--connection-string",
                "HostName=" + PARENT + ";DeviceId=" + DEVICE + ";SharedAccessKey=" + Registry.KEY,
                "--data",
                directory.resolve("edge").toString(),
                "--address",
                ADDRESS,
                "--env",
                "MaxConnectedClients=" + (size.clients() + 1),
                "--json");
        try {
            JsonNode ready = ready(edge);
            new HubMetrics(ADDRESS, METRICS_PORT).awaitConfiguration();
            String ca = Files.readString(Path.of(ready.path("caFile").asText()));
            var server = new Server(ADDRESS, MQTT_PORT, ADDRESS, ClientTls.trusting(Pem.certificates(ca)));
            long pid = edge.below(MAIN)
                    .orElseThrow(() -> new IOException("kant edge run has no process " + MAIN + " below it"))
                    .pid();
            return new KantHub(directory, standIn, edge, server, new ProcessUse(pid));
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
        return NAME;
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
        return IntStream.range(0, count)
                .mapToObj(i -> new PairAddress(
                        login(DEVICE, "sender" + i),
                        "devices/" + DEVICE + "/modules/sender" + i + "/messages/events/%24.on=out",
                        login(DEVICE, "receiver" + i),
                        "devices/" + DEVICE + "/modules/receiver" + i + "/inputs/#"))
                .toList();
    }

    @Override
    public List<PairAddress> fanIn(int senders) {
        return leaves(senders)
                .map(leaf -> new PairAddress(
                        login(leaf, null),
                        "devices/" + leaf + "/messages/events/",
                        login(DEVICE, SINK),
                        "devices/" + DEVICE + "/modules/" + SINK + "/inputs/#"))
                .toList();
    }

    @Override
    public List<Crowd.Member> crowd(int count) {
        return leaves(count)
                .map(leaf -> new Crowd.Member(login(leaf, null), "$iothub/twin/res/#"))
                .toList();
    }

    @Override
    public ProcessUse process() {
        return process;
    }

    /** Modules that send to the parent; nobody receives. */
    public List<PairAddress> upstream(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new PairAddress(
                        login(DEVICE, "up" + i),
                        "devices/" + DEVICE + "/modules/up" + i + "/messages/events/",
                        login(DEVICE, SINK),
                        ""))
                .toList();
    }

    /** Ends the stand-in. */
    public void parentAway() {
        standIn.close();
    }

    /** Starts it again, on its data; returns when it serves. */
    public void parentBack() throws IOException, InterruptedException {
        standIn = standIn(directory);
        var _ = ready(standIn);
    }

    /** What the hub's books say. */
    public HubMetrics metrics() {
        return new HubMetrics(ADDRESS, METRICS_PORT);
    }

    /** Ends the hub's process, which the daemon starts anew; seconds from its new start until it has accepted a connection. */
    public double restart() throws IOException {
        Set<Long> before = edge.idsBelow(MAIN);
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
        long deadline = System.nanoTime() + START.toNanos();
        while (before.containsAll(edge.idsBelow(MAIN))) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the daemon did not start the hub again within " + START.toSeconds() + " s");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        long start = System.nanoTime();
        Ports.await("the Edge Hub", ADDRESS, MQTT_PORT, START);
        double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
        process = new ProcessUse(edge.below(MAIN)
                .orElseThrow(() -> new IOException("the Edge Hub has ended after its start"))
                .pid());
        return seconds;
    }

    @Override
    public void close() {
        edge.close();
        standIn.close();
    }

    private static Stream<String> leaves(int count) {
        return IntStream.range(0, count).mapToObj(i -> "leaf" + i);
    }

    private static Login login(String device, @Nullable String module) {
        String path = module == null ? device : device + "/" + module;
        String resource = PARENT + "/devices/" + device + (module == null ? "" : "/modules/" + module);
        return new Login(
                path,
                PARENT + "/" + path + "/?api-version=2021-04-12",
                SasToken.sign(resource, Registry.KEY, Instant.now().plus(TOKEN_LIFE), ""));
    }

    private static void register(Registry registry, Size size) throws IOException, InterruptedException {
        String scope = registry.createEdge(DEVICE);
        for (int i = 0; i < size.pairs(); i++) {
            registry.createModule(DEVICE, "sender" + i);
            registry.createModule(DEVICE, "receiver" + i);
        }
        registry.createModule(DEVICE, SINK);
        for (int i = 0; i < size.upstream(); i++) {
            registry.createModule(DEVICE, "up" + i);
        }
        registry.createDevices(leaves(Math.max(size.fanIn(), size.crowd())).toList(), scope);
        registry.deploy(DEVICE, manifest(size));
    }

    /** A device has 50 modules at most, so that the many senders are devices below it. */
    private static ObjectNode manifest(Size size) throws IOException {
        ObjectNode manifest = (ObjectNode) new ObjectMapper().readTree("""
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
        IntStream.range(0, size.pairs())
                .forEach(i -> routes.put(
                        "route" + i,
                        "FROM /messages/modules/sender" + i + "/outputs/out INTO " + input("receiver" + i)));
        for (int i = 0; i < size.upstream(); i++) {
            routes.put("up" + i, "FROM /messages/modules/up" + i + "/* INTO $upstream");
        }
        routes.put("all", "FROM /messages/* WHERE NOT IS_DEFINED($connectionModuleId) INTO " + input(SINK));
        return manifest;
    }

    private static String input(String module) {
        return "BrokeredEndpoint(\"/modules/" + module + "/inputs/in\")";
    }
}

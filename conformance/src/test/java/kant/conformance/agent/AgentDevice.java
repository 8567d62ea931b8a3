package kant.conformance.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import kant.conformance.Loop;
import kant.conformance.Waits;
import kant.conformance.harness.HubService;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;

/** A device with a daemon of the suite's own, whose modules are processes. */
final class AgentDevice implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(30);

    private static final Path HOME = KantCommand.repository().resolve("dist/target/kant");
    /** Of the agent; the hub, which shares the machine's network with it, has the one before. */
    private static final int METRICS_PORT = 9601;

    private static AgentDevice shared;

    final StandIn standIn;
    final HubService service;
    final String id;
    final Processes processes;
    final ManagementSocket management;

    private final String address;
    private final Path folder;
    private final String connectionString;
    private Process daemon;

    private AgentDevice(String id, String address) throws Exception {
        this.id = id;
        this.address = address;
        standIn = Loop.standIn();
        service = new HubService(standIn, Loop.tls(standIn.caPem()));
        SasIdentity identity = service.edgeDevice(id);
        connectionString = identity.connectionString();
        folder = Files.createDirectories(standIn.directory().resolve(id));
        processes = new Processes(id);
        management = new ManagementSocket(folder.resolve("run/mgmt.sock"));
        catalogue();
    }

    /**
     * Starts a device.
     *
     * @param address its own, in 127.0.0.0/8
     * @param agentEnvironment of the first agent
     */
    static AgentDevice start(String id, String address, Map<String, String> agentEnvironment) throws Exception {
        AgentDevice device = prepared(id, address, agentEnvironment);
        device.startDaemon();
        return device;
    }

    /** The same, but for the start of its daemon. */
    static AgentDevice prepared(String id, String address, Map<String, String> agentEnvironment) throws Exception {
        var device = new AgentDevice(id, address);
        device.configure(agentEnvironment);
        return device;
    }

    /** The daemon's data folder. */
    Path data() {
        return folder.resolve("data");
    }

    /** Everything that all agents so far have logged and the engine still has. */
    String agentLog() throws IOException {
        return management.call("GET", "/modules/edgeAgent/logs?tail=all").body();
    }

    /**
     * The device that most suites share: no rollback, for the reference has none; failing modules and steps are tried three times,
     * after 1, 2 and 4 seconds. Stopped with the test process.
     */
    static synchronized AgentDevice shared() throws Exception {
        if (shared == null) {
            shared = new AgentDevice("checks", "127.10.3.1");
            shared.configure(Map.of("KANT_ROLLBACK", "false", "CoolOffTimeUnitInSeconds", "1", "MaxRestartCount", "3"));
            shared.reportJunk();
            shared.deploy(Deployment.empty());
            shared.startDaemon();
            shared.awaitModule("edgeHub", "running");
            Runtime.getRuntime().addShutdownHook(new Thread(shared::closeAtLast));
        }
        return shared;
    }

    private void closeAtLast() {
        try {
            close();
        } catch (Exception e) {
            System.err.println("the agents' device did not stop: " + e.getMessage());
        }
    }

    /** What an agent of another make, or a broken one, may have left in the twin. */
    private void reportJunk() throws Exception {
        try (var socket =
                MqttSocket.open(StandIn.ADDRESS, Loop.tls(standIn.caPem()), service.systemModule(id, "$edgeAgent"))) {
            socket.send("$iothub/twin/PATCH/properties/reported/?$rid=1", """
                    {"modules": "none", "systemModules": {"edgeHub": 7}, "lastDesiredStatus": 3, "strange": {"a": 1}}""");
        }
    }

    /** Writes the daemon's configuration; it counts from the daemon's next start. */
    void configure(Map<String, String> agentEnvironment) throws IOException {
        var all = new TreeMap<>(Map.of("KANT_LOOK_MILLIS", "200"));
        all.putAll(agentEnvironment);
        var env = new StringBuilder();
        all.forEach(
                (name, value) -> env.append(name).append(" = \"").append(value).append("\"\n"));
        Files.writeString(folder.resolve("config.toml"), """
                hostname = "%1$s"
                trust_bundle_cert = "file://%2$s"
                [provisioning]
                source = "manual"
                connection_string = "%3$s"
                [agent.config]
                image = "kant/edge-agent:0.1.0"
                [agent.env]
                %4$s
                [kant]
                data = "%5$s/data"
                run = "%5$s/run"
                engine = "process"
                catalogue = "%5$s/catalogue"
                listen_address = "%1$s"
                parent_address = "%6$s"
                parent_https_port = %7$d
                """.formatted(
                address, standIn.caFile(), connectionString, env, folder, StandIn.ADDRESS, standIn.httpsPort()));
    }

    void startDaemon() throws Exception {
        daemon = daemon(folder.resolve("config.toml"), log());
    }

    /** Starts a daemon as the command does, with a configuration that was written by hand. */
    static Process daemon(Path config, Path log) throws IOException {
        return new ProcessBuilder(
                        HOME.resolve("runtime/bin/java").toString(),
                        "-Xmx32m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseCompactObjectHeaders",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:AOTCache=" + HOME.resolve("aot/edge-daemon.aot"),
                        "-Xlog:aot=off",
                        "-Xlog:cds=off",
                        "-cp",
                        HOME.resolve("lib/edge-daemon-0.1.0.jar").toString(),
                        "kant.edgedaemon.Main",
                        "--config",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Adds an image to the catalogue; {@code content} is its {@code bundle.json}. */
    void image(String name, String tag, String content) throws IOException {
        Path bundle = Files.createDirectories(
                folder.resolve("catalogue").resolve(name).resolve(tag));
        Files.writeString(bundle.resolve("bundle.json"), content);
    }

    private void catalogue() throws IOException {
        Path bundles = HOME.resolve("bundles/kant");
        Path ours = Files.createDirectories(folder.resolve("catalogue/kant"));
        for (String tag : List.of("0.1.0", "0.1.1")) {
            Files.createSymbolicLink(
                    Files.createDirectories(ours.resolve("edge-agent")).resolve(tag),
                    bundles.resolve("edge-agent/0.1.0"));
            Files.createSymbolicLink(
                    Files.createDirectories(ours.resolve("edge-hub")).resolve(tag), bundles.resolve("edge-hub/0.1.0"));
        }
        for (String tag : List.of("1", "2", "latest")) {
            image(
                    "kant-test/sh",
                    tag,
                    "{\"entrypoint\":[\"/bin/sh\",\"-c\"],\"cmd\":[\"exec sleep 100000\"],\"env\":{\"TAG\":\"" + tag
                            + "\"}}");
        }
    }

    /** Deploys; the version of the desired properties. */
    long deploy(Deployment deployment) throws Exception {
        return deploy(deployment.content());
    }

    long deploy(String content) throws Exception {
        service.deploy(id, content);
        return desiredVersion();
    }

    long desiredVersion() throws Exception {
        return twin().path("properties").path("desired").path("$version").asLong();
    }

    JsonNode twin() throws Exception {
        return service.twin(id + "/$edgeAgent");
    }

    /** The agent's reported properties. */
    JsonNode reported() throws Exception {
        return ((ObjectNode) twin().path("properties").path("reported")).without("$metadata");
    }

    /** Waits for reported properties that fit. */
    JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
        return await(what, SOON, wanted);
    }

    JsonNode await(String what, Duration limit, Predicate<JsonNode> wanted) throws Exception {
        return Reports.await(what, limit, this::reported, wanted);
    }

    /** Deploys and waits until the agent says that it is in force. */
    JsonNode deployed(Deployment deployment) throws Exception {
        return deployed(deployment.content());
    }

    JsonNode deployed(String content) throws Exception {
        long version = deploy(content);
        return await(
                "deployment " + version + " to be in force",
                r -> r.path("lastDesiredVersion").asLong() == version && code(r) == 200);
    }

    /** Deploys and waits until a module has this status. */
    JsonNode deployed(Deployment deployment, String module, String status) throws Exception {
        deployed(deployment);
        return awaitModule(module, status);
    }

    /** Waits for a module's status; what is reported of it. */
    JsonNode awaitModule(String module, String status) throws Exception {
        return module(
                await(
                        module + " to be " + status,
                        r -> module(r, module).path("runtimeStatus").asText().equals(status)),
                module);
    }

    /** Waits for a code whose description holds this text; the description. */
    String refused(int code, String part) throws Exception {
        return description(await(
                "code " + code + " with \"" + part + "\"",
                r -> code(r) == code && description(r).contains(part)));
    }

    static JsonNode module(JsonNode reported, String module) {
        boolean system = module.equals("edgeHub") || module.equals("edgeAgent");
        return reported.path(system ? "systemModules" : "modules").path(module);
    }

    static int code(JsonNode reported) {
        return reported.path("lastDesiredStatus").path("code").asInt();
    }

    static String description(JsonNode reported) {
        return reported.path("lastDesiredStatus").path("description").asText();
    }

    /** What the daemon did to modules, oldest first. */
    List<DaemonLog.Change> changes() throws IOException {
        return new DaemonLog(log()).changes();
    }

    /** What it did since there were so many changes, as {@code started m}. */
    List<String> changesSince(int mark) throws IOException {
        return new DaemonLog(log()).since(mark);
    }

    int mark() throws IOException {
        return new DaemonLog(log()).mark();
    }

    Path log() {
        return folder.resolve("daemon.log");
    }

    /** A page of the agent's metrics. */
    String agentMetrics() throws IOException {
        try (var in = URI.create("http://" + address + ":" + METRICS_PORT + "/metrics")
                .toURL()
                .openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Process daemon() {
        return daemon;
    }

    /** SIGKILL to the daemon; its modules go on. */
    void killDaemon() throws InterruptedException {
        daemon.destroyForcibly().waitFor();
    }

    /** SIGTERM to the daemon, which stops all modules. */
    void stopDaemon() throws InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the daemon did not stop within 60 s");
        }
    }

    ProcessHandle process(String moduleId) throws Exception {
        return ProcessHandle.of(processes.only(moduleId).pid())
                .orElseThrow(() -> new AssertionError(moduleId + " has just ended"));
    }

    /** Sends a direct method to the agent. */
    HubService.Answer method(String name, String payload) throws Exception {
        return service.method(id + "/$edgeAgent", name, payload);
    }

    @Override
    public void close() throws Exception {
        Path logs = Files.createDirectories(KantCommand.repository().resolve("conformance/target/hubs"));
        if (daemon.isAlive()) {
            Files.writeString(logs.resolve(id + "-agent.log"), agentLog());
            stopDaemon();
        }
        Files.copy(log(), logs.resolve(id + ".log"), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        Waits.until(
                "no process of " + id + " to be left",
                SOON,
                () -> processes.roots().isEmpty());
    }
}

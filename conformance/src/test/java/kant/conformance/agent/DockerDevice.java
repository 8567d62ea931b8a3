package kant.conformance.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import kant.conformance.Loop;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.HubService;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.StandIn;

/** A device whose modules are containers, started as users do, with {@code kant edge run}. */
record DockerDevice(String id, HubService service, EdgeDevice edge, DockerCommand docker) implements AutoCloseable {
    static final Duration SOON = Duration.ofSeconds(60);

    /** After which the shared device gives a module up. */
    static final int RESTARTS = 2;

    private static DockerDevice shared;

    /**
     * The device that most suites with containers share, with {@link DockerCommand#BOX} in its engine: no rollback, for the reference
     * has none; failing modules are tried {@link #RESTARTS} times, after 1 and 2 seconds; agent and hub log all they can. Stopped with
     * the test process.
     */
    static synchronized DockerDevice shared() throws Exception {
        if (shared == null) {
            DockerCommand docker = Containers.engine();
            docker.makeBox(Files.createDirectories(Loop.standIn().directory().resolve("box")));
            shared = start(
                    "boxes",
                    "127.10.3.7",
                    docker,
                    Map.of(
                            "KANT_ROLLBACK",
                            "false",
                            "KANT_LOOK_MILLIS",
                            "200",
                            "CoolOffTimeUnitInSeconds",
                            "1",
                            "MaxRestartCount",
                            Integer.toString(RESTARTS),
                            "RuntimeLogLevel",
                            "debug"));
            Runtime.getRuntime().addShutdownHook(new Thread(shared::closeAtLast));
        }
        return shared;
    }

    private void closeAtLast() {
        try {
            edge.close();
            docker.removeAll();
        } catch (Exception e) {
            System.err.println("the device with containers did not stop: " + e.getMessage());
        }
    }

    /** One on the engine that the suites share. */
    static DockerDevice start(String id, String address, Map<String, String> agentEnvironment) throws Exception {
        return start(id, address, Containers.engine(), agentEnvironment);
    }

    static DockerDevice start(String id, String address, DockerCommand docker, Map<String, String> agentEnvironment)
            throws Exception {
        StandIn standIn = Loop.standIn();
        var service = new HubService(standIn, Loop.tls(standIn.caPem()));
        String connectionString = service.edgeDevice(id).connectionString();
        service.deploy(id, base().content());
        List<String> arguments = new ArrayList<>(List.of("--engine", "docker", "--engine-socket", docker.socket()));
        agentEnvironment.forEach((name, value) -> arguments.addAll(List.of("--env", name + "=" + value)));
        EdgeDevice edge = EdgeDevice.start(
                standIn,
                new EdgeDevice.Place(id, address, address),
                connectionString,
                arguments.toArray(String[]::new));
        return new DockerDevice(id, service, edge, docker);
    }

    /** The system modules, whose images are made in the engine and in no registry. */
    static Deployment base() {
        return Deployment.empty()
                .set("/systemModules/edgeAgent/imagePullPolicy", "\"never\"")
                .set("/systemModules/edgeHub/imagePullPolicy", "\"never\"");
    }

    /** What the daemon does to modules. */
    DaemonLog log() {
        return new DaemonLog(edge.data().resolve("edge-daemon.log"));
    }

    JsonNode reported() throws Exception {
        return ((ObjectNode) service.twin(id + "/$edgeAgent").at("/properties/reported")).without("$metadata");
    }

    long deploy(Deployment deployment) throws Exception {
        service.deploy(id, deployment.content());
        return service.twin(id + "/$edgeAgent")
                .at("/properties/desired/$version")
                .asLong();
    }

    /** Deploys and waits for the outcome; what is reported then. */
    JsonNode deployed(Deployment deployment, int code) throws Exception {
        return deployed(deployment, code, SOON);
    }

    JsonNode deployed(Deployment deployment, int code, Duration limit) throws Exception {
        long version = deploy(deployment);
        return await(
                "code " + code + " for version " + version,
                limit,
                r -> r.path("lastDesiredVersion").asLong() == version && AgentDevice.code(r) == code);
    }

    JsonNode await(String what, Predicate<JsonNode> wanted) throws Exception {
        return await(what, SOON, wanted);
    }

    JsonNode await(String what, Duration limit, Predicate<JsonNode> wanted) throws Exception {
        return Reports.await(what, limit, this::reported, wanted);
    }

    JsonNode awaitModule(String module, String status) throws Exception {
        return AgentDevice.module(
                await(
                        module + " to be " + status,
                        r -> AgentDevice.module(r, module)
                                .path("runtimeStatus")
                                .asText()
                                .equals(status)),
                module);
    }

    @Override
    public void close() throws Exception {
        edge.close();
        Path logs = Files.createDirectories(KantCommand.repository().resolve("conformance/target/hubs"));
        Files.copy(log().file(), logs.resolve(id + ".log"), StandardCopyOption.REPLACE_EXISTING);
        docker.removeAll();
    }
}

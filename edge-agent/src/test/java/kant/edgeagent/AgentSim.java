package kant.edgeagent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import kant.edgeagent.desired.TwinSource;
import kant.edgeagent.method.Methods;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.plan.Fingerprint;
import kant.edgeagent.plan.Planner;
import kant.edgeagent.plan.PullOrder;
import kant.edgeagent.plan.Supervision;
import kant.edgeagent.plan.SupervisionRules;
import kant.edgeagent.report.ReportedDocument;
import kant.edgeagent.run.ModuleEnvironment;
import kant.edgeagent.run.PlanRunner;
import kant.edgeagent.run.SlowSteps;
import kant.edgeagent.run.SpecWriter;
import kant.edgeagent.run.WorkRunner;
import kant.edgeagent.sim.InlineTasks;
import kant.edgeagent.sim.SimDaemon;
import kant.edgeagent.sim.SimDisk;
import kant.edgeagent.sim.SimHub;
import kant.edgeagent.sim.SimTime;
import kant.edgeagent.state.MemoryFile;
import kant.edgeagent.trial.TrialRules;
import kant.edgeagent.trial.Trials;
import kant.edgeagent.upload.BlobContainer;
import kant.model.identity.IdentityId;
import kant.world.Randomness;
import kant.world.Tasks;

/** The whole agent but its Main, on simulated surroundings; its loop is stepped by hand in virtual time. */
final class AgentSim {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration PERIOD = Duration.ofSeconds(5);

    final SimTime time = new SimTime();
    final SimDisk disk = new SimDisk();
    final SimHub hub = new SimHub();
    final SimDaemon daemon = new SimDaemon(time);
    final AgentMetrics metrics = new AgentMetrics(time);
    static final Duration PROBATION = Duration.ofMinutes(2);

    private final PullOrder pullOrder;
    private final boolean rollback;
    private final Tasks slow;
    Reconciler reconciler;

    AgentSim() {
        this(PullOrder.NON_BLOCKING);
    }

    AgentSim(PullOrder pullOrder) {
        this(pullOrder, true);
    }

    AgentSim(PullOrder pullOrder, boolean rollback) {
        this(pullOrder, rollback, new InlineTasks());
    }

    /** @param slow runs what waits for registry and parent */
    AgentSim(PullOrder pullOrder, boolean rollback, Tasks slow) {
        this.pullOrder = pullOrder;
        this.rollback = rollback;
        this.slow = slow;
        reconciler = agent();
    }

    /** A new agent process on the same disk, daemon and hub. */
    void restartAgent() {
        reconciler = agent();
        reconciler.remember();
    }

    /** Deploys these user modules, has the agent do it and forgets the calls that it took. */
    void deployed(String modules) {
        hub.deploy(manifest(modules));
        hub.connect();
        pass();
        assertThat(code()).isEqualTo(200);
        daemon.calls();
    }

    /** One pass. */
    void pass() {
        try {
            reconciler.pass();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Passes as the loop would make them, until so much time is over. */
    void run(Duration duration) {
        long end = time.nanos() + duration.toNanos();
        pass();
        while (time.nanos() < end) {
            Duration left = Duration.ofNanos(end - time.nanos());
            Duration next = reconciler.nextLook();
            time.advance(next.compareTo(left) < 0 ? next : left);
            pass();
        }
    }

    /** A manifest with the system modules and these user modules: {@code "name": {…}} members. */
    static ObjectNode manifest(String modules) {
        return json("""
                {"schemaVersion":"1.1",
                 "runtime":{"type":"docker","settings":{}},
                 "systemModules":{
                   "edgeAgent":{"type":"docker","settings":{"image":"a/agent:1"}},
                   "edgeHub":{"type":"docker","status":"running","startupOrder":0,"settings":{"image":"a/hub:1"}}},
                 "modules":{%s}}
                """.formatted(modules));
    }

    /** A running module with this image and further members. */
    static String module(String name, String image, String members) {
        return """
                "%s":{"type":"docker","status":"running","restartPolicy":"always","settings":{"image":"%s"}%s}""".formatted(name, image, members.isEmpty() ? "" : "," + members);
    }

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    int code() {
        return reported("/lastDesiredStatus/code").asInt();
    }

    String description() {
        return reported("/lastDesiredStatus/description").asText();
    }

    JsonNode reported(String pointer) {
        return hub.reported().at(pointer);
    }

    private Reconciler agent() {
        var wake = new Wake();
        var methods = new Methods(
                daemon,
                new Methods.Home("hub.test", "d"),
                url -> BlobContainer.of(url, HttpClient.newHttpClient()),
                metrics,
                new InlineTasks(),
                time,
                Randomness.secure(),
                wake);
        var source = new TwinSource(
                hub,
                IdentityId.module("d", IdentityId.EDGE_AGENT),
                audience -> "token",
                disk,
                time,
                Duration.ofHours(1),
                wake,
                methods);
        if (hub.up()) {
            hub.connect();
        }
        var rules = SupervisionRules.DEFAULT;
        var supervision = new Supervision(rules);
        var fingerprint = new Fingerprint(Map.of());
        var specs = new SpecWriter(environment(), fingerprint);
        return new Reconciler(
                new Reconciler.Parts(
                        source,
                        daemon,
                        new Planner(supervision, fingerprint, pullOrder),
                        new PlanRunner(
                                new WorkRunner(daemon, new SlowSteps(slow, wake), specs, "g0", metrics, time),
                                rules,
                                new InlineTasks(),
                                time),
                        supervision,
                        new ReportedDocument(supervision, "0.1.0", false),
                        new MemoryFile(disk),
                        parser -> new Trials(new TrialRules(rollback, PROBATION), fingerprint, parser, disk, time),
                        metrics,
                        time),
                wake,
                PERIOD,
                null);
    }

    private static ModuleEnvironment environment() {
        return new ModuleEnvironment(
                "hub.test",
                "d",
                "edge.test",
                null,
                "2022-08-03",
                "sasToken",
                "unix:///run/workload.sock",
                "unix:///run/mnt",
                "unix:///run/mgmt.sock",
                "azure-iot-edge",
                "Information",
                "Mqtt",
                Map.of());
    }
}

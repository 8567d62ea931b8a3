package kant.conformance.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kant.conformance.Loop;
import kant.conformance.Manifest;
import kant.conformance.Waits;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.HubService;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;
import kant.conformance.harness.Telemetry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The power fails, and when it is back there is no network: the device runs all the same, and tells everything later. */
class OfflineStartTest {
    private static final StandIn.Place PARENT = new StandIn.Place("127.10.6.2", "offline.kant.test", List.of());
    private static final EdgeDevice.Place PLACE = new EdgeDevice.Place("stranded", "127.10.6.1", "127.10.6.1");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final int LEAF_MESSAGES = 50;

    private static final String SENSOR = "simulated-temperature-sensor";
    private static final String FILTER = "temperature-filter";
    private static final String METRICS = "host-metrics";
    private static final String UPSTREAM = "iothub";
    private static final String FILTER_INPUT = PLACE.folder() + "/" + FILTER + "/input1";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> MODULES = Set.of("edgeAgent", "edgeHub", SENSOR, FILTER, METRICS);

    @TempDir
    Path directory;

    private StandIn parent;
    private EdgeDevice device;

    @Test
    void after_a_power_cut_and_with_no_parent_the_device_runs_its_last_deployment_and_tells_everything_later()
            throws Exception {
        parent = StandIn.start(directory, PARENT);
        try {
            var service = new HubService(parent, Loop.tls(parent.caPem()));
            String connectionString = service.edgeDevice(PLACE.folder()).connectionString();
            SasIdentity leaf = service.leaf("known", PLACE.folder());
            service.deploy(PLACE.folder(), manifest().text());
            device = EdgeDevice.start(
                    parent,
                    PLACE,
                    connectionString,
                    "--engine",
                    "process",
                    "--parent-address",
                    PARENT.address(),
                    "--parent-https-port",
                    Integer.toString(parent.httpsPort()),
                    "--parent-ca",
                    parent.caFile());
            awaitModules();
            awaitMore("messages to go up", fate(UPSTREAM, "delivered"), UPSTREAM, "delivered");
            send(leaf, "before", 1); // it is let in once, so that the device knows it

            parent.kill();
            cutPower();
            device.restartWith("--env", "KANT_NOTE=a hub of another configuration is made anew");

            Waits.until(
                    "the hub to be made anew",
                    LIMIT,
                    () -> processes().stream().anyMatch(OfflineStartTest::isHubWithNote));
            awaitModules();
            long between = fate(FILTER_INPUT, "delivered");
            long up = fate(UPSTREAM, "delivered");
            long waiting = fate(UPSTREAM, "pending");
            send(leaf, "stranded", LEAF_MESSAGES);
            awaitMore("messages to flow between modules", between, FILTER_INPUT, "delivered");
            awaitMore("telemetry to queue", waiting + LEAF_MESSAGES, UPSTREAM, "pending");
            assertThat(fate(UPSTREAM, "delivered")).as("with no parent").isEqualTo(up);

            long queued = fate(UPSTREAM, "accepted");
            parent.restart();

            Waits.until("all that was queued to go up", LIMIT, () -> fate(UPSTREAM, "delivered") >= queued);
            assertArrived(new Telemetry(service), leaf);
            assertBalanced();
        } finally {
            end();
        }
    }

    private static Manifest manifest() {
        return new Manifest(
                "1.1",
                "1.1",
                Stream.of(SENSOR, FILTER, METRICS)
                        .map(module -> Manifest.module(module, "kant/" + module + ":0.1.0", "{}"))
                        .collect(Collectors.joining(",")),
                String.join(
                        ",",
                        Manifest.route(
                                "toFilter",
                                "/messages/modules/" + SENSOR + "/outputs/*",
                                "BrokeredEndpoint(\"/modules/" + FILTER + "/inputs/input1\")"),
                        Manifest.route("filtered", "/messages/modules/" + FILTER + "/outputs/*", "$upstream"),
                        Manifest.route("metrics", "/messages/modules/" + METRICS + "/outputs/*", "$upstream"),
                        Manifest.route(
                                "leaves", "/messages/* WHERE stage = 'stranded' OR stage = 'before'", "$upstream")));
    }

    /** Daemon, agent, hub and every module of the deployment run, and the hub tells of itself. */
    private void awaitModules() throws Exception {
        Waits.until("all modules to run", LIMIT, () -> running().containsAll(MODULES));
        Waits.until("the hub to answer", LIMIT, this::hubAnswers);
    }

    private boolean hubAnswers() throws Exception {
        try {
            return !device.metrics().isEmpty();
        } catch (ConnectException _) {
            return false;
        }
    }

    private Set<String> running() throws Exception {
        Set<String> running = new TreeSet<>();
        KantCommand.Ended list = KantCommand.run(
                directory, LIMIT, "list", "--json", "--data", device.data().toString());
        for (String line : list.lines()) {
            if (line.startsWith("{")) {
                JsonNode module = JSON.readTree(line);
                if (module.at("/status/runtimeStatus/status").asText().equals("running")) {
                    running.add(module.path("name").asText());
                }
            }
        }
        return running;
    }

    /** Every process of the device ends at once, as without power. */
    private void cutPower() throws Exception {
        List<ProcessHandle> all = processes();
        assertThat(all).as("the device's processes").hasSizeGreaterThan(MODULES.size());
        all.forEach(ProcessHandle::destroyForcibly);
        Waits.until(
                "every process of the device to be gone",
                LIMIT,
                () -> processes().isEmpty());
    }

    private static boolean isHubWithNote(ProcessHandle process) {
        try {
            return process.info().commandLine().orElse("").contains("kant.edgehub.Main")
                    && Files.readString(Path.of("/proc/" + process.pid() + "/environ"), StandardCharsets.ISO_8859_1)
                            .contains("KANT_NOTE=");
        } catch (IOException _) {
            return false; // it ended while we looked
        }
    }

    private List<ProcessHandle> processes() {
        Stream<ProcessHandle> below = ProcessHandle.of(device.program().pid()).stream()
                .flatMap(root -> Stream.concat(Stream.of(root), root.descendants()));
        Stream<ProcessHandle> ours = ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .orElse("")
                        .contains(PLACE.data(parent).toString()));
        return Stream.concat(below, ours)
                .filter(ProcessHandle::isAlive)
                .distinct()
                .toList();
    }

    private void send(SasIdentity leaf, String stage, int count) throws Exception {
        try (MqttSocket client = MqttSocket.open(PLACE.address(), Loop.tls(device.caPem()), leaf)) {
            for (int i = 0; i < count; i++) {
                client.send(leaf.topics() + "messages/events/stage=" + stage + "&%24.mid=" + stage + "-" + i, "{}");
            }
        }
    }

    private void awaitMore(String what, long than, String endpoint, String fate) throws Exception {
        Waits.until(what, LIMIT, () -> fate(endpoint, fate) > than);
    }

    /** What the hub's books say of an endpoint. */
    private long fate(String endpoint, String fate) throws Exception {
        return fate(device.metrics(), endpoint, fate);
    }

    private static long fate(String page, String endpoint, String fate) {
        String sample = "kant_endpoint_messages{endpoint=\"%s\",fate=\"%s\"} ".formatted(endpoint, fate);
        return page.lines()
                .filter(line -> line.startsWith(sample))
                .mapToLong(line -> Long.parseLong(line.substring(sample.length())))
                .findFirst()
                .orElse(0);
    }

    private static void assertArrived(Telemetry telemetry, SasIdentity leaf) throws Exception {
        List<String> ids = telemetry
                .await(
                        "what " + leaf + " sent with no parent",
                        LEAF_MESSAGES + 1,
                        event -> event.path("deviceId").asText().equals(leaf.device()))
                .stream()
                .map(Telemetry::id)
                .distinct()
                .toList();
        assertThat(ids)
                .startsWith("before-0")
                .endsWith(IntStream.range(0, LEAF_MESSAGES)
                        .mapToObj(i -> "stranded-" + i)
                        .toArray(String[]::new));
    }

    private void assertBalanced() throws Exception {
        String[] fates = {"delivered", "expired", "dropped", "pending"};
        Waits.until("the books to balance", LIMIT, () -> {
            String page = device.metrics();
            long sum = 0;
            for (String fate : fates) {
                sum += fate(page, UPSTREAM, fate);
            }
            return fate(page, UPSTREAM, "accepted") == sum && fate(page, UPSTREAM, "dropped") == 0;
        });
    }

    /** Where a failed test's reader finds them. */
    private void keepLogs() throws Exception {
        Path kept = Files.createDirectories(KantCommand.repository().resolve("conformance/target/hubs/stranded"));
        try (Stream<Path> files = Files.walk(PLACE.data(parent))) {
            for (Path log :
                    files.filter(file -> file.toString().endsWith(".log")).toList()) {
                String name = PLACE.data(parent).relativize(log).toString().replace('/', '-');
                Files.copy(log, kept.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void end() throws Exception {
        try {
            if (device != null) {
                device.close();
                keepLogs();
            }
        } finally {
            parent.close();
        }
    }
}

package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import kant.conformance.harness.KantCommand;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The reference's sample manifests on a device with containers; their placeholder registry is one on this machine. */
class SampleManifestTest {
    /** To give up on several registries, each with its pauses and a resolver that may take its time. */
    static final Duration ALL_ATTEMPTS = Duration.ofMinutes(5);

    private static final Pattern IMAGE = Pattern.compile("\"registry\\.example\\.com/([^\"@]+)\"");

    @TempDir
    static Path folder;

    private static Containers containers;
    private static DockerDevice device;

    @BeforeAll
    static void start() throws Exception {
        containers = Containers.open(folder);
        Containers.docker("tag", "kant-test/box:1", "local/exitcode:dev");
        for (String sample :
                new String[] {"02-sensor-filter-upstream", "03-all-policies", "04-startup-order", "07-size-and-chunks"
                }) {
            publish(sample);
        }
        device = DockerDevice.start(
                "samples", "127.10.3.8", Map.of("KANT_LOOK_MILLIS", "300", "CoolOffTimeUnitInSeconds", "1"));
    }

    private static void publish(String sample) throws Exception {
        Set<String> images = new TreeSet<>();
        var matcher = IMAGE.matcher(Files.readString(file(sample)));
        while (matcher.find()) {
            images.add(matcher.group(1));
        }
        for (String image : images) {
            if (!image.startsWith("edge/agent:") && !image.startsWith("edge/hub:")) {
                containers.publish(containers.registry() + "/" + image);
            }
        }
    }

    @AfterAll
    static void stop() throws Exception {
        device.close();
        containers.close();
    }

    @Test
    void check_02_01_minimal_runs() throws Exception {
        JsonNode reported = device.deployed(sample("01-minimal"), 200);

        assertThat(reported.path("modules").isEmpty()).isTrue();
    }

    @Test
    void sample_02_sensor_and_filter_run_with_their_environment_and_limits() throws Exception {
        device.deployed(sample("02-sensor-filter-upstream"), 200);

        device.awaitModule("tempSensor", "running");
        device.awaitModule("filter", "running");
        assertThat(Containers.inspect("tempSensor").at("/Config/Env").toString())
                .contains("MessageCount=-1", "SendInterval=5", "Simulate=true");
        assertThat(Containers.inspect("filter").at("/HostConfig/Memory").asLong())
                .isEqualTo(134_217_728);
    }

    @Test
    void sample_03_every_policy_ends_where_the_reference_says() throws Exception {
        JsonNode reported = device.deployed(sample("03-all-policies"), 500);

        assertThat(AgentDevice.description(reported)).contains("module pinned");
        device.awaitModule("exit0_never", "stopped");
        device.awaitModule("exit3_never", "failed");
        for (String failing : new String[] {"exit3_onfailure", "exit3_onunhealthy", "exit3_always", "exit0_always"}) {
            device.await(
                    failing + " to be restarted",
                    r -> AgentDevice.module(r, failing).path("restartCount").asInt() >= 1);
        }
        device.awaitModule("default_policy", "running");
        JsonNode end = device.reported();
        assertThat(AgentDevice.module(end, "stopped_always")
                        .path("runtimeStatus")
                        .asText())
                .isEqualTo("stopped");
        assertThat(AgentDevice.module(end, "default_policy")
                        .path("restartPolicy")
                        .asText())
                .isEqualTo("on-unhealthy");
        assertThat(AgentDevice.module(end, "local_only").path("runtimeStatus").asText())
                .isEqualTo("running");
        assertThat(AgentDevice.module(end, "exit0_onfailure")
                        .path("restartCount")
                        .asInt())
                .isZero();
        assertThat(AgentDevice.module(end, "pinned").path("runtimeStatus").asText())
                .isEqualTo("backoff");
        assertThat(Containers.exists("pinned")).isFalse();
        device.await(
                "what hangs to be restarted",
                r -> AgentDevice.module(r, "healthcheck").path("restartCount").asInt() >= 1);
    }

    @Test
    void check_50_04_startup_order_is_kept() throws Exception {
        device.deployed(sample("04-startup-order"), 200);
        String[] order = {"database", "opcPublisher", "dashboard"};

        for (int i = 1; i < order.length; i++) {
            assertThat(started(order[i])).as(order[i]).isGreaterThan(started(order[i - 1]));
        }
        assertThat(started("gatewayA")).isGreaterThan(started("database")).isLessThan(started("unordered"));
        assertThat(Containers.inspect("maintenance").at("/State/Status").asText())
                .isEqualTo("created");
    }

    private static String started(String container) throws Exception {
        return Containers.inspect(container).at("/State/StartedAt").asText();
    }

    @Test
    void sample_05_images_that_cannot_be_pulled_are_told_without_a_password() throws Exception {
        JsonNode reported = device.deployed(sample("05-registry-credentials"), 500, ALL_ATTEMPTS);

        assertThat(AgentDevice.description(reported)).contains("prepare update for module");
        assertThat(AgentDevice.description(reported)).doesNotContain("example-only");
    }

    @Test
    void check_12_07_size_and_chunks_is_one_text_for_the_engine() throws Exception {
        device.deploy(sample("07-size-and-chunks"));
        device.await(
                "the container",
                r -> AgentDevice.module(r, "vendorApp").at("/settings").has("imageHash"));

        JsonNode app = Containers.inspect("vendorApp");
        assertThat(app.at("/Config/Env").toString()).contains("PATH_00=", "PATH_23=");
        assertThat(app.at("/Config/ExposedPorts")).hasSize(10);
        assertThat(app.at("/Config/StopTimeout").asInt()).isEqualTo(25);
        assertThat(app.at("/Config/StopSignal").asText()).isEqualTo("SIGINT");
        JsonNode settings = AgentDevice.module(device.reported(), "vendorApp").path("settings");
        settings.properties().forEach(setting -> {
            if (setting.getKey().startsWith("createOptions")) {
                assertThat(setting.getValue().asText()).hasSizeLessThanOrEqualTo(512);
            }
        });
        assertThat(settings.has("createOptions04")).isTrue();
    }

    /** A sample with this machine's registry, this build's agent and hub, and no folder outside the suite's own. */
    private static Deployment sample(String name) throws Exception {
        String text = Files.readString(file(name))
                .replace("registry.example.com/edge/agent:1.0", "kant/edge-agent:0.1.0")
                .replace("registry.example.com/edge/hub:1.0", "kant/edge-hub:0.1.0")
                .replace("registry.example.com/", containers.registry() + "/")
                .replace("65536", "1024") // more files than a container may have open on every machine
                .replace("/srv/opc", folder.resolve("opc").toString());
        ObjectNode desired = (ObjectNode)
                Deployment.object(text).at("/modulesContent/$edgeAgent").path("properties.desired");
        // the agent's own environment would have it made anew by each sample, which UpdateTest is about
        ((ObjectNode) desired.at("/systemModules/edgeAgent")).remove("env");
        return new Deployment(desired)
                .set("/systemModules/edgeAgent/imagePullPolicy", "\"never\"")
                .set("/systemModules/edgeHub/imagePullPolicy", "\"never\"");
    }

    private static Path file(String sample) {
        return KantCommand.repository().resolve("model/src/test/resources/manifests/" + sample + ".json");
    }
}

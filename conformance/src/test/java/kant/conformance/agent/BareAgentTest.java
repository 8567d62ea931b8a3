package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import kant.conformance.Waits;
import kant.conformance.harness.StandIn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Agents in places of their own: without a hub and without a past, below a parent, and with more options than a twin holds. */
class BareAgentTest {
    /** Of one environment variable the kernel takes 128 KiB. */
    private static final int CHARACTERS = 13_000;

    private static final int VARIABLES = 11;
    private static final int CHUNKS = 100;

    private AgentDevice device;

    @AfterEach
    void stop() throws Exception {
        if (device != null) {
            device.close();
        }
    }

    @Test
    void check_64_with_no_hub_and_no_backup_it_stays_idle_until_there_is_a_hub() throws Exception {
        device = AgentDevice.start("idle", "127.10.3.12", Map.of());
        device.refused(417, "empty"); // it has an identity, and no deployment yet
        device.stopDaemon();
        device.standIn.close();
        try {
            device.startDaemon();
            var agent = Waits.value(
                    "an agent",
                    AgentDevice.SOON,
                    () -> device.processes.roots().containsKey("$edgeAgent")
                            ? device.processes.only("$edgeAgent")
                            : null);
            long end = System.nanoTime() + Duration.ofSeconds(7).toNanos(); // it waits for a first connection for five
            Waits.until("the wait for a hub to be over", AgentDevice.SOON, () -> System.nanoTime() - end > 0);

            assertThat(device.processes.only("$edgeAgent")).isEqualTo(agent);
            assertThat(device.management.modules()).containsExactly("edgeAgent");
        } finally {
            device.standIn.restart();
        }
        device.deployed(Deployment.empty().without("/systemModules/edgeHub").with("one"), "one", "running");
    }

    @Test
    void check_68_below_a_parent_modules_know_it_and_upstream_in_an_image_is_its_name() throws Exception {
        device = AgentDevice.prepared("below", "127.10.3.13", Map.of("IOTEDGE_GATEWAYHOSTNAME", StandIn.NAME));
        device.image(
                StandIn.NAME + ":443/kant-test/sh",
                "1",
                "{\"entrypoint\":[\"/bin/sh\",\"-c\"],\"cmd\":[\"exec sleep 100000\"]}");
        device.startDaemon();

        var m = device.deployed(
                Deployment.empty()
                        .without("/systemModules/edgeHub")
                        .with("m")
                        .set("/modules/m/settings/image", "\"$upstream:443/kant-test/sh:1\""),
                "m",
                "running");

        assertThat(m.at("/settings/image").asText()).isEqualTo(StandIn.NAME + ":443/kant-test/sh:1");
        assertThat(device.processes.only("m").environment())
                .containsEntry("IOTEDGE_PARENTHOSTNAME", StandIn.NAME)
                .containsEntry("IOTEDGE_GATEWAYHOSTNAME", "127.10.3.13");
    }

    /** A twin holds 32 KiB, so these come from a file. */
    @Test
    void create_options_of_more_than_127000_characters_in_a_hundred_chunks_reach_the_module() throws Exception {
        device = AgentDevice.prepared("wide", "127.10.3.14", Map.of("ConfigSource", "local"));
        Path agent = Files.createDirectories(device.data().resolve("modules/edgeAgent"));
        Deployment wide = Deployment.empty().without("/systemModules/edgeHub").with("wide");
        ObjectNode options = Deployment.object("{\"Cmd\":[\"exec sleep 100000\"]}");
        for (int i = 0; i < VARIABLES; i++) {
            options.withArray("Env")
                    .add("LONG" + i + "=" + Integer.toHexString(i).repeat(CHARACTERS));
        }
        String text = options.toString();
        assertThat(text).hasSizeGreaterThan(127_000);
        int size = text.length() / CHUNKS + 1;
        for (int i = 0; i < CHUNKS; i++) {
            String chunk = text.substring(Math.min(text.length(), i * size), Math.min(text.length(), (i + 1) * size));
            wide = wide.set(
                    "/modules/wide/settings/createOptions" + (i == 0 ? "" : "%02d".formatted(i)),
                    Deployment.object("{}").textNode(chunk).toString());
        }
        ObjectNode file = Deployment.object("{\"version\":1}");
        file.set("deploymentConfig", wide.desired());
        Files.writeString(agent.resolve("config.json"), file.toString());
        device.startDaemon();

        Waits.until(
                "the module to run",
                AgentDevice.SOON,
                () -> device.processes.roots().containsKey("wide"));
        Map<String, String> environment = device.processes.only("wide").environment();
        for (int i = 0; i < VARIABLES; i++) {
            assertThat(environment)
                    .containsEntry("LONG" + i, Integer.toHexString(i).repeat(CHARACTERS));
        }
    }
}

package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Map;
import kant.conformance.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Updates of hub and agent as transactions, with a probation of three seconds. */
class UpdateTest {
    private static final String SECONDS = "3";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Deployment GOOD = Deployment.empty()
            .set(
                    "/systemModules/edgeAgent/env",
                    "{\"KANT_LOOK_MILLIS\":{\"value\":\"300\"},\"KANT_PROBATION_SECS\":{\"value\":\"" + SECONDS
                            + "\"}}")
            .with("calm");

    private static AgentDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.start("updated", "127.10.3.6", Map.of("KANT_PROBATION_SECS", SECONDS));
        device.image("kant-test/agent-hangs", "1", "{\"entrypoint\":[\"/bin/sleep\",\"100000\"]}");
        device.image("kant-test/hub-ends", "1", "{\"entrypoint\":[\"/bin/false\"]}");
    }

    @AfterAll
    static void stop() throws Exception {
        device.close();
    }

    /** In force, and proven: what the next update goes back to. */
    @BeforeEach
    void a_good_deployment_has_passed_its_trial() throws Exception {
        proven(GOOD);
    }

    private static void proven(Deployment deployment) throws Exception {
        long version = device.deploy(deployment);
        device.await(
                "200 for version " + version,
                LIMIT,
                r -> r.path("lastDesiredVersion").asLong() == version && AgentDevice.code(r) == 200);
        Waits.until(
                "version " + version + " to pass",
                LIMIT,
                () -> device.agentLog()
                        .matches("(?s).*deployment has passed its trial +desiredVersion=\"" + version + "\".*"));
    }

    @Test
    void check_57_and_58_a_new_agent_comes_up_once_and_disturbs_nobody() throws Exception {
        var calm = device.processes.only("calm");
        var hub = device.processes.only("$edgeHub");
        int mark = device.mark();

        proven(GOOD.set("/systemModules/edgeAgent/settings/image", "\"kant/edge-agent:0.1.1\"")
                .set("/systemModules/edgeAgent/env/MARK", "{\"value\":\"new\"}"));

        assertThat(device.changesSince(mark)).containsExactly("replaced edgeAgent", "started edgeAgent");
        assertThat(device.processes.only("$edgeAgent").environment()).containsEntry("MARK", "new");
        assertThat(device.processes.only("calm")).isEqualTo(calm);
        assertThat(device.processes.only("$edgeHub")).isEqualTo(hub);
        JsonNode agent = AgentDevice.module(device.reported(), "edgeAgent");
        assertThat(agent.at("/settings/image").asText()).isEqualTo("kant/edge-agent:0.1.1");
        assertThat(agent.at("/env/MARK/value").asText()).isEqualTo("new");
        assertThat(agent.at("/settings/createOptions").asText())
                .contains("net.azure-devices.edge.create-options", "net.azure-devices.edge.env");
    }

    @Test
    void an_agent_that_hangs_is_replaced_by_the_last_good_one_which_says_so() throws Exception {
        String image = "kant-test/agent-hangs:1";
        long before = device.desiredVersion();
        var calm = device.processes.only("calm");
        long version = device.deploy(GOOD.set("/systemModules/edgeAgent/settings/image", "\"" + image + "\""));

        String description = AgentDevice.description(device.await(
                "the reason", LIMIT, r -> AgentDevice.description(r).contains("was tried and taken back")));
        assertThat(description).contains(image, "it runs but did not ask for its modules");
        JsonNode reported = device.await(
                "the rollback",
                LIMIT,
                r -> AgentDevice.description(r)
                        .startsWith("Deployment " + version + " was rolled back to deployment " + before));
        assertThat(AgentDevice.code(reported)).isEqualTo(500);
        assertThat(AgentDevice.module(reported, "edgeAgent")
                        .at("/settings/image")
                        .asText())
                .startsWith("kant/edge-agent:0.1.");
        assertThat(device.processes.only("calm")).isEqualTo(calm);
    }

    @Test
    void a_hub_that_does_not_come_up_is_taken_back_and_the_others_run_on() throws Exception {
        long before = device.desiredVersion();
        var calm = device.processes.only("calm");

        long version = device.deploy(GOOD.set("/systemModules/edgeHub/settings/image", "\"kant-test/hub-ends:1\""));

        String description = device.refused(500, "Deployment " + version + " was rolled back to deployment " + before);
        assertThat(description).contains("module edgeHub is ");
        JsonNode hub = device.awaitModule("edgeHub", "running");
        assertThat(hub.at("/settings/image").asText()).isEqualTo("kant/edge-hub:0.1.0");
        assertThat(device.processes.only("calm")).isEqualTo(calm);
    }
}

package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import kant.conformance.Waits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the twin says of modules (reference/agent.md §12 B). */
class ReportedTest {
    private static final String NEVER = "0001-01-01T00:00:00Z";

    private static AgentDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.shared();
    }

    @Test
    void check_20_and_28_the_whole_state_is_there_and_what_others_left_is_gone() throws Exception {
        JsonNode reported = device.deployed(Deployment.empty());

        assertThat(reported.path("schemaVersion").asText()).isEqualTo("1.0");
        assertThat(reported.path("version").properties()).hasSize(3);
        assertThat(reported.at("/runtime/platform/os").asText()).isEqualTo("Linux");
        assertThat(reported.at("/runtime/platform/architecture").asText()).isNotEmpty();
        assertThat(reported.at("/runtime/platform/version").asText()).isNotEmpty();
        assertThat(reported.has("strange")).isFalse();
        assertThat(reported.path("modules").isObject()).isTrue();
    }

    @Test
    void check_21_nothing_is_sent_while_nothing_changes() throws Exception {
        device.deployed(Deployment.empty().with("calm"), "calm", "running");
        long version = device.reported().path("$version").asLong();
        Instant end = Instant.now().plusSeconds(5);

        Waits.until(
                "some passes to be over", AgentDevice.SOON, () -> Instant.now().isAfter(end));

        assertThat(device.reported().path("$version").asLong()).isEqualTo(version);
    }

    @Test
    void check_22_and_62_a_removed_module_is_gone_with_its_identity() throws Exception {
        Deployment both = Deployment.empty().with("stays").with("goes");
        device.deployed(both, "goes", "running");
        assertThat(identity("goes")).isEqualTo(200);

        device.service.patchTwin(device.id + "/$edgeAgent", "{\"modules\":{\"goes\":null}}");

        device.await("the module to be gone", r -> !r.path("modules").has("goes"));
        assertThat(device.processes.roots()).containsKey("stays").doesNotContainKey("goes");
        assertThat(identity("goes")).isEqualTo(404);
        assertThat(identity("stays")).isEqualTo(200);
    }

    private static int identity(String module) throws Exception {
        return device.service
                .call("GET", "/devices/" + device.id + "/modules/" + module, null)
                .status();
    }

    @Test
    void check_23_chunks_that_are_not_needed_any_more_go() throws Exception {
        Deployment small = Deployment.empty().with("chunky");
        String long1 = "{\"Env\":[\"A=" + "x".repeat(1200) + "\"],\"Cmd\":[\"exec sleep 100000\"]}";
        JsonNode big = device.deployed(
                small.set(
                        "/modules/chunky/settings/createOptions",
                        Deployment.object("{}").textNode(long1).toString()),
                "chunky",
                "running");
        assertThat(big.path("settings").has("createOptions02")).isTrue();

        device.deployed(small);

        JsonNode settings = device.awaitModule("chunky", "running").path("settings");
        assertThat(settings.has("createOptions01")).isFalse();
        assertThat(settings.has("createOptions02")).isFalse();
    }

    @Test
    void check_24_and_25_an_exit_is_reported_with_code_and_times() throws Exception {
        JsonNode ended = device.deployed(
                Deployment.empty().with("ends", "exit 3").set("/modules/ends/restartPolicy", "\"never\""),
                "ends",
                "failed");

        assertThat(ended.path("exitCode").asInt()).isEqualTo(3);
        Instant start = Instant.parse(ended.path("lastStartTimeUtc").asText());
        Instant exit = Instant.parse(ended.path("lastExitTimeUtc").asText());
        assertThat(exit).isAfterOrEqualTo(start).isBefore(Instant.now().plusSeconds(1));
        assertThat(start).isAfter(Instant.now().minus(Duration.ofMinutes(1)));

        JsonNode runs = device.deployed(Deployment.empty().with("runs"), "runs", "running");
        assertThat(runs.path("lastExitTimeUtc").asText()).isEqualTo(NEVER);
    }

    @Test
    void check_26_and_33_while_an_image_cannot_be_had_the_running_one_is_reported_under_the_new_version()
            throws Exception {
        Deployment good = Deployment.empty().with("image");
        JsonNode before = device.deployed(good, "image", "running").path("settings");
        assertThat(before.path("imageHash").asText()).startsWith("sha256:");
        var run = device.processes.only("image");

        long version = device.deploy(good.set("/modules/image/settings/image", "\"kant-test/sh:absent\""));

        assertThat(device.refused(500, "kant-test/sh:absent")).contains("prepare update for module image");
        JsonNode reported = device.await(
                "the failed version", r -> r.path("lastDesiredVersion").asLong() == version);
        assertThat(AgentDevice.module(reported, "image").path("settings")).isEqualTo(before);
        assertThat(device.processes.only("image")).isEqualTo(run);
        device.deployed(good);
    }

    @Test
    void check_27_what_system_modules_do_not_have_is_left_out() throws Exception {
        JsonNode reported = device.deployed(Deployment.empty());

        for (String absent :
                new String[] {"status", "restartPolicy", "version", "restartCount", "lastRestartTimeUtc"}) {
            assertThat(AgentDevice.module(reported, "edgeAgent").has(absent))
                    .as(absent)
                    .isFalse();
        }
        assertThat(AgentDevice.module(reported, "edgeHub").has("version")).isFalse();
        assertThat(AgentDevice.module(reported, "edgeHub").has("restartCount")).isTrue();
    }

    @Test
    void check_29_an_agent_that_is_stopped_says_so_and_the_next_one_repeats_and_forgets_nothing() throws Exception {
        device.deployed(Deployment.empty().with("counted", "[ -e ran ] || { touch ran; exit 3; }; exec sleep 100000"));
        device.await(
                "the restart to be counted",
                r -> AgentDevice.module(r, "counted").path("restartCount").asInt() == 1);
        JsonNode before = device.awaitModule("counted", "running");
        var run = device.processes.only("counted");
        int mark = device.mark();

        device.process("$edgeAgent").destroy();

        JsonNode left = device.await("406", r -> AgentDevice.code(r) == 406);
        assertThat(AgentDevice.description(left)).isEqualTo("Agent is not running");
        assertThat(AgentDevice.module(left, "counted").path("runtimeStatus").asText())
                .isEqualTo("unknown");
        assertThat(AgentDevice.module(left, "edgeHub").path("runtimeStatus").asText())
                .isEqualTo("unknown");
        JsonNode after = device.await("200 again", r -> AgentDevice.code(r) == 200);
        assertThat(AgentDevice.module(after, "counted")).isEqualTo(before);
        assertThat(device.processes.only("counted")).isEqualTo(run);
        assertThat(device.changesSince(mark)).containsExactly("started edgeAgent");
    }

    @Test
    void check_34_credentials_are_reported_without_their_password() throws Exception {
        JsonNode reported = device.deployed(Deployment.empty()
                .set(
                        "/runtime/settings/registryCredentials/plant",
                        "{\"address\":\"r.example\",\"username\":\"u\",\"password\":\"example-only\"}"));

        assertThat(reported.at("/runtime/settings/registryCredentials/plant/password")
                        .asText())
                .isEqualTo("<redacted>");
    }
}

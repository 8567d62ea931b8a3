package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.conformance.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Checks of reference/agent.md §12 about what is tried again, how often, and what waits meanwhile: with no wait between attempts, all
 * pulls first, and the original's twenty restarts.
 */
class PatienceTest {
    /** Of the stand-in, system modules included, as in IoT Hub. */
    private static final int MODULES_A_DEVICE_MAY_HAVE = 50;

    private static AgentDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.start("patient", "127.10.3.11", Map.of());
        device.deployed(base(10));
    }

    /** The system modules, the agent with the settings of these checks. */
    private static Deployment base(int healthyMinutes) {
        Map<String, String> settings = Map.of(
                "KANT_LOOK_MILLIS", "200",
                "KANT_ROLLBACK", "false",
                "CoolOffTimeUnitInSeconds", "0",
                "ModuleUpdateMode", "WaitForAllPulls",
                "IntensiveCareTimeInMinutes", Integer.toString(healthyMinutes));
        ObjectNode env = Deployment.object("{}");
        settings.forEach((name, value) -> env.putObject(name).put("value", value));
        return Deployment.empty().set("/systemModules/edgeAgent/env", env.toString());
    }

    @AfterAll
    static void stop() throws Exception {
        device.close();
    }

    @Test
    void check_42_after_twenty_restarts_it_stays_failed_until_anything_about_the_module_changes() throws Exception {
        int mark = device.mark();
        Deployment failing = base(10).with("m", "[ -n \"$WELL\" ] && exec sleep 100000; exit 3");
        device.deployed(failing);

        JsonNode failed = device.awaitModule("m", "failed");

        assertThat(failed.path("restartCount").asInt()).isEqualTo(20);
        assertThat(failed.path("exitCode").asInt()).isEqualTo(3);
        assertThat(starts(mark)).isEqualTo(21);
        somePasses();
        assertThat(starts(mark)).as("after it was given up").isEqualTo(21);

        JsonNode well = device.deployed(failing.set("/modules/m/env", "{\"WELL\":{\"value\":\"1\"}}"), "m", "running");
        assertThat(well.path("restartCount").asInt()).isZero();
    }

    private static long starts(int mark) throws Exception {
        return device.changesSince(mark).stream().filter("started m"::equals).count();
    }

    @Test
    void check_43_restarts_are_forgotten_once_the_module_has_been_healthy_for_so_long() throws Exception {
        Deployment one = base(10).with("one");
        device.deployed(one, "one", "running");
        device.process("one").destroyForcibly();
        device.await(
                "a restart",
                r -> AgentDevice.module(r, "one").path("restartCount").asInt() == 1
                        && AgentDevice.module(r, "one")
                                .path("runtimeStatus")
                                .asText()
                                .equals("running"));
        var run = device.processes.only("one");
        somePasses();
        assertThat(restarts("one")).as("before its ten minutes").isEqualTo(1);

        // ten minutes are long for a suite: another agent, which asks for none
        device.deployed(base(0).with("one"));

        device.await(
                "no restart to be counted any more",
                r -> AgentDevice.module(r, "one").path("restartCount").asInt() == 0);
        assertThat(device.processes.only("one")).as("the module").isEqualTo(run);
        device.deployed(base(10));
    }

    private static int restarts(String module) throws Exception {
        return AgentDevice.module(device.reported(), module)
                .path("restartCount")
                .asInt();
    }

    @Test
    void check_53_where_all_pulls_are_waited_for_one_missing_image_stops_the_plan_and_no_module() throws Exception {
        Deployment one = base(10).with("one");
        device.deployed(one, "one", "running");
        int mark = device.mark();
        Deployment bad = one.with("good")
                .set("/modules/one/version", "\"2\"")
                .with("bad")
                .set("/modules/bad/settings/image", "\"kant-test/absent:1\"");
        device.deploy(bad);

        assertThat(device.refused(500, "kant-test/absent:1"))
                .startsWith("Failed to execute ExecutionPrerequisite command")
                .contains("prepare update for module bad");
        device.process("one").destroyForcibly();
        device.await(
                "what was killed to run again",
                r -> AgentDevice.module(r, "one").path("restartCount").asInt() == 1);
        somePasses();

        assertThat(device.changesSince(mark))
                .containsOnly("started one", "stopped one")
                .contains("started one");
        assertThat(device.processes.roots()).doesNotContainKeys("good", "bad");

        device.deployed(bad.set("/modules/bad/settings/image", "\"kant-test/sh:1\""), "bad", "running");
        device.awaitModule("good", "running");
    }

    @Test
    void check_65_without_an_identity_a_module_is_skipped_and_tried_in_every_pass() throws Exception {
        device.deployed(base(10).with("one"), "one", "running");
        var one = device.processes.only("one");
        List<String> others = fill();
        try {
            long version = patch(base(10).with("late").desired().at("/modules/late"));

            JsonNode late = AgentDevice.module(
                    device.await(
                            "the reason",
                            r -> r.path("lastDesiredVersion").asLong() == version
                                    && AgentDevice.module(r, "late")
                                            .path("statusDescription")
                                            .asText()
                                            .contains("as many as it may")),
                    "late");
            assertThat(late.path("runtimeStatus").asText()).isEqualTo("backoff");
            assertThat(AgentDevice.code(device.reported())).isEqualTo(200);
            assertThat(device.processes.only("one")).isEqualTo(one);
        } finally {
            for (String other : others) {
                device.service.delete(device.id, other);
            }
        }

        device.awaitModule("late", "running");
    }

    /** Registers as many modules as the device may still have. */
    private static List<String> fill() throws Exception {
        List<String> made = new ArrayList<>();
        int there = device.service
                .call("GET", "/devices/" + device.id + "/modules", null)
                .require(200)
                .json()
                .size();
        for (int i = there; i < MODULES_A_DEVICE_MAY_HAVE; i++) {
            made.add("filler" + i);
            device.service.module(device.id, "filler" + i);
        }
        return made;
    }

    /** Adds a module by a patch, which makes no identity, unlike a deployment. */
    private static long patch(JsonNode late) throws Exception {
        device.service.patchTwin(device.id + "/$edgeAgent", "{\"modules\":{\"late\":" + late + "}}");
        return device.desiredVersion();
    }

    /** Waits until the agent has looked at its modules some more times. */
    private static void somePasses() throws Exception {
        long end = System.nanoTime() + java.time.Duration.ofMillis(1500).toNanos();
        Waits.until("some passes to be over", AgentDevice.SOON, () -> System.nanoTime() - end > 0);
        assertThat(device.management.modules()).containsAll(Set.of("edgeAgent", "edgeHub"));
    }
}

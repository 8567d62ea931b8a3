package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kant.conformance.Waits;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the agent makes the daemon do, read from the daemon's log (reference/agent.md §12 C). */
class ReconcileTest {
    private static AgentDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.shared();
    }

    @Test
    void check_35_and_36_a_new_module_is_made_once_and_a_changed_one_replaced_once() throws Exception {
        device.deployed(Deployment.empty());
        int mark = device.mark();
        Deployment one = Deployment.empty().with("one");
        device.deployed(one, "one", "running");
        assertThat(device.changesSince(mark)).containsExactly("created one", "started one");

        JsonNode changed = device.deployed(one.set("/modules/one/env", "{\"A\":{\"value\":\"2\"}}"), "one", "running");

        assertThat(device.changesSince(mark + 2)).containsExactly("stopped one", "replaced one", "started one");
        assertThat(changed.path("restartCount").asInt()).isZero();
        assertThat(device.processes.only("one").environment()).containsEntry("A", "2");
    }

    @ParameterizedTest
    @CsvSource({"version, \"2\"", "restartPolicy, \"never\"", "startupOrder, 7", "imagePullPolicy, \"never\""})
    void check_37_a_change_of_any_other_member_makes_the_module_anew(String member, String value) throws Exception {
        Deployment one = Deployment.empty().with("one");
        device.deployed(one, "one", "running");
        int mark = device.mark();

        device.deployed(one.set("/modules/one/" + member, value), "one", "running");

        assertThat(device.changesSince(mark)).containsExactly("stopped one", "replaced one", "started one");
    }

    @Test
    void check_38_and_47_another_status_stops_and_starts_the_same_module() throws Exception {
        Deployment one = Deployment.empty().with("one", "trap 'exit 0' TERM; sleep 100000 & wait");
        device.deployed(one, "one", "running");
        Waits.until( // before, a stop ends its shell with the signal, which is a failure
                "the module to be ready for a stop",
                AgentDevice.SOON,
                () -> device.process("one").descendants().anyMatch(ReconcileTest::sleeps));
        int mark = device.mark();

        device.deployed(one.set("/modules/one/status", "\"stopped\""), "one", "stopped");
        assertThat(device.changesSince(mark)).containsExactly("stopped one");

        assertThat(device.management.call("POST", "/modules/one/start").status())
                .isEqualTo(204);
        Waits.until(
                "what somebody started to be stopped",
                AgentDevice.SOON,
                () -> device.changesSince(mark).equals(List.of("stopped one", "started one", "stopped one")));

        device.deployed(one, "one", "running");
        assertThat(device.changesSince(mark + 3)).containsExactly("started one");
    }

    private static boolean sleeps(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("/sleep");
    }

    @Test
    void check_39_the_same_manifest_again_changes_the_version_only() throws Exception {
        Deployment one = Deployment.empty().with("one");
        device.deployed(one, "one", "running");
        int mark = device.mark();

        long version = device.desiredVersion() + 1;
        device.service.patchTwin(device.id + "/$edgeAgent", "{\"note\":" + version + "}");

        device.await("the new version", r -> r.path("lastDesiredVersion").asLong() == version);
        assertThat(device.changesSince(mark)).isEmpty();
    }

    @Test
    void check_40_a_module_that_is_stopped_by_hand_starts_again_after_its_back_off() throws Exception {
        device.deployed(Deployment.empty().with("one"), "one", "running");

        device.management.call("POST", "/modules/one/stop");

        JsonNode again = AgentDevice.module(
                device.await("one restart", r -> {
                    JsonNode one = AgentDevice.module(r, "one");
                    return one.path("restartCount").asInt() == 1
                            && one.path("runtimeStatus").asText().equals("running");
                }),
                "one");
        assertThat(time(again, "lastStartTimeUtc"))
                .isAfterOrEqualTo(time(again, "lastExitTimeUtc").plusSeconds(1));
    }

    @Test
    void check_41_and_42_a_crash_loop_slows_down_gives_up_and_starts_over_with_the_next_manifest() throws Exception {
        int mark = device.mark();
        Deployment crashing = Deployment.empty().with("calm").with("crashes", "exit 255");
        device.deployed(crashing);
        var calm = device.processes.only("calm");

        JsonNode failed = device.awaitModule("crashes", "failed");

        assertThat(failed.path("restartCount").asInt()).isEqualTo(3);
        assertThat(failed.path("exitCode").asInt()).isEqualTo(255);
        assertThat(device.processes.only("calm")).as("its neighbour").isEqualTo(calm);
        List<Instant> starts = device.changes().stream()
                .skip(mark)
                .filter(change -> change.toString().equals("started crashes"))
                .map(DaemonLog.Change::at)
                .toList();
        assertThat(starts).hasSize(4);
        for (int i = 1; i < starts.size(); i++) {
            assertThat(Duration.between(starts.get(i - 1), starts.get(i)))
                    .as("wait %d", i)
                    .isBetween(
                            Duration.ofMillis((1000L << (i - 1)) - 50), Duration.ofMillis((1000L << (i - 1)) + 3000));
        }

        device.deployed(crashing.set("/modules/crashes/version", "\"2\""));
        device.await("restarts to be counted from the beginning", r -> {
            int count = AgentDevice.module(r, "crashes").path("restartCount").asInt();
            return count == 1 || count == 2;
        });
    }

    @ParameterizedTest
    @CsvSource({"never, 0, stopped", "never, 3, failed"})
    void check_44_never_means_once(String policy, int code, String status) throws Exception {
        int mark = device.mark();
        device.deployed(policy(policy, "exit " + code), "m", status);
        Instant later = Instant.now().plusSeconds(2);
        Waits.until(
                "some passes to be over", AgentDevice.SOON, () -> Instant.now().isAfter(later));

        assertThat(device.changesSince(mark).stream().filter("started m"::equals))
                .hasSize(1);
        assertThat(AgentDevice.module(device.reported(), "m")
                        .path("runtimeStatus")
                        .asText())
                .isEqualTo(status);
    }

    @Test
    void check_45_on_failure_restarts_what_failed_and_counts_and_what_ended_well_without_counting() throws Exception {
        device.deployed(policy("on-failure", "exit 1"));
        device.await(
                "a counted restart",
                r -> AgentDevice.module(r, "m").path("restartCount").asInt() == 1);

        int mark = device.mark();
        device.deployed(policy("on-failure", "exit 0"));
        Waits.until(
                "several starts",
                AgentDevice.SOON,
                () -> device.changesSince(mark).stream()
                                .filter("started m"::equals)
                                .count()
                        >= 3);
        assertThat(AgentDevice.module(device.reported(), "m")
                        .path("restartCount")
                        .asInt())
                .isZero();
    }

    @Test
    void check_46_a_module_whose_health_check_fails_is_restarted() throws Exception {
        String options = "{\\\"Healthcheck\\\":{\\\"Test\\\":[\\\"CMD-SHELL\\\",\\\"test -e well\\\"],"
                + "\\\"Interval\\\":200000000,\\\"Retries\\\":1},\\\"Cmd\\\":[\\\"exec sleep 100000\\\"]}";
        device.deployed(policy("on-unhealthy", "").set("/modules/m/settings/createOptions", "\"" + options + "\""));

        device.await(
                "a restart",
                r -> AgentDevice.module(r, "m").path("restartCount").asInt() == 1);
    }

    private static Deployment policy(String policy, String script) {
        return Deployment.empty().with("m", script).set("/modules/m/restartPolicy", "\"" + policy + "\"");
    }

    @Test
    void check_50_modules_start_in_their_order_and_a_stopped_one_is_only_made() throws Exception {
        device.deployed(Deployment.empty());
        int mark = device.mark();

        device.deployed(Deployment.empty()
                .with("last")
                .with("second")
                .set("/modules/second/startupOrder", "2")
                .with("first")
                .set("/modules/first/startupOrder", "1")
                .with("idle")
                .set("/modules/idle/startupOrder", "3")
                .set("/modules/idle/status", "\"stopped\""));

        assertThat(device.changesSince(mark))
                .containsExactly(
                        "created first",
                        "started first",
                        "created second",
                        "started second",
                        "created idle",
                        "created last",
                        "started last");
    }

    @Test
    void check_51_52_and_55_a_module_that_cannot_be_made_holds_up_nobody_and_is_given_up_in_the_end() throws Exception {
        Deployment bad = Deployment.empty()
                .with("broken")
                .set("/modules/broken/settings/image", "\"kant-test/absent:1\"")
                .set("/modules/broken/startupOrder", "1")
                .with("good")
                .set("/modules/good/startupOrder", "2");
        device.deploy(bad);

        device.awaitModule("good", "running");
        assertThat(device.refused(500, "kant-test/absent:1")).contains("prepare update for module broken");
        device.awaitModule("broken", "failed");
        device.deployed(bad.set("/modules/broken/settings/image", "\"kant-test/sh:1\""), "broken", "running");
    }

    @Test
    void check_59_without_the_hub_it_is_removed_and_without_the_agent_it_stays() throws Exception {
        device.deployed(Deployment.empty());
        var agent = device.processes.only("$edgeAgent");

        device.deployed(Deployment.empty().without("/systemModules/edgeHub").without("/systemModules/edgeAgent"));

        device.await("the hub to be gone", r -> !r.path("systemModules").has("edgeHub"));
        assertThat(device.management.modules()).containsExactly("edgeAgent");
        assertThat(device.processes.only("$edgeAgent")).isEqualTo(agent);
        device.deployed(Deployment.empty(), "edgeHub", "running");
    }

    @Test
    void check_63_of_two_quick_updates_the_last_one_is_what_runs() throws Exception {
        Deployment one = Deployment.empty().with("one");
        device.deployed(one, "one", "running");
        for (int i = 1; i <= 4; i++) {
            device.service.deploy(
                    device.id,
                    one.set("/modules/one/env", "{\"N\":{\"value\":\"" + i + "\"}}")
                            .content());
        }
        long version = device.desiredVersion();

        device.await(
                "the last of them",
                r -> r.path("lastDesiredVersion").asLong() == version && AgentDevice.code(r) == 200);
        device.awaitModule("one", "running");
        assertThat(device.processes.only("one").environment()).containsEntry("N", "4");
    }

    @Test
    void check_92_and_93_other_content_comes_down_as_the_next_version_and_the_same_content_changes_nothing()
            throws Exception {
        device.deployed(Deployment.empty());
        long version = device.desiredVersion();
        Deployment one = Deployment.empty().with("one");
        device.deployed(one, "one", "running");
        assertThat(device.desiredVersion()).isEqualTo(version + 1);
        int mark = device.mark();

        device.deployed(one);

        assertThat(device.changesSince(mark)).isEmpty();
    }

    @Test
    void check_94_a_bundle_of_another_digest_is_not_run() throws Exception {
        Deployment pinned = Deployment.empty().with("pinned").set("/modules/pinned/settings/digest", "\"sha256:0000\"");
        device.deploy(pinned);

        assertThat(device.refused(500, "sha256:0000")).contains("pinned", "has the digest \"sha256:");
        assertThat(device.processes.roots()).doesNotContainKey("pinned");
    }

    @Test
    void check_95_an_integrity_section_is_ignored() throws Exception {
        device.deployed(Deployment.empty().set("/integrity", "{\"header\":{},\"signature\":{\"bytes\":\"AAAA\"}}"));

        assertThat(device.twin().at("/properties/desired/integrity/header").isObject())
                .isTrue();
    }

    private static Instant time(JsonNode module, String member) {
        return Instant.parse(module.path(member).asText());
    }
}

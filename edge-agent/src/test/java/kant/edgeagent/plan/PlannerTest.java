package kant.edgeagent.plan;

import static kant.edgeagent.plan.Wishing.NOW;
import static kant.edgeagent.plan.Wishing.current;
import static kant.edgeagent.plan.Wishing.made;
import static kant.edgeagent.plan.Wishing.manifest;
import static kant.edgeagent.plan.Wishing.module;
import static kant.edgeagent.plan.Wishing.planner;
import static kant.edgeagent.plan.Wishing.running;
import static kant.edgeagent.plan.Wishing.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import kant.model.deployment.CreateOptions;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.ImagePullPolicy;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.api.Test;

class PlannerTest {

    @Test
    void a_new_module_is_identified_pulled_created_and_started() {
        assertThat(plan(manifest(running("m", 1)), Map.of())).containsExactly("order 1: m Identify+Pull+Create+Start");
    }

    @Test
    void a_new_module_that_shall_not_run_is_only_created() {
        for (RuntimeStatus status : List.of(RuntimeStatus.STOPPED, RuntimeStatus.UNKNOWN, RuntimeStatus.FAILED)) {
            assertThat(plan(manifest(module("m", status, RestartPolicy.NEVER, 1, "")), Map.of()))
                    .containsExactly("order 1: m Identify+Pull+Create");
        }
    }

    @Test
    void the_daemon_judges_a_spec_before_anything_is_touched_whatever_the_pull_policy() {
        DesiredModule wish = new DesiredModule(
                "m",
                "",
                RuntimeStatus.RUNNING,
                RestartPolicy.ALWAYS,
                ImagePullPolicy.NEVER,
                1,
                Map.of(),
                "a/m:1",
                CreateOptions.none(),
                null);

        assertThat(plan(manifest(wish), Map.of())).containsExactly("order 1: m Identify+Pull+Create+Start");
    }

    @Test
    void any_other_spec_recreates_the_module_and_forgets_its_restarts() {
        CurrentModule old =
                made(module("m", RuntimeStatus.RUNNING, RestartPolicy.ALWAYS, 1, "old"), RuntimeStatus.RUNNING);

        assertThat(plan(manifest(running("m", 1)), current(old)))
                .containsExactly("order 1: m Identify+Pull+ForgetRestarts+Stop+Update+Start");
    }

    @Test
    void a_stopped_module_of_another_spec_needs_no_stop() {
        CurrentModule old =
                made(module("m", RuntimeStatus.RUNNING, RestartPolicy.ALWAYS, 1, "old"), RuntimeStatus.FAILED);

        assertThat(plan(manifest(running("m", 1)), current(old)))
                .containsExactly("order 1: m Identify+Pull+ForgetRestarts+Update+Start");
    }

    @Test
    void a_module_that_hangs_over_and_over_waits_longer_each_time_counted_from_its_start() {
        DesiredModule wish = module("m", RuntimeStatus.RUNNING, RestartPolicy.ON_UNHEALTHY, 1, "1");
        var thirdTime = new Memories(Map.of("m", new ModuleMemory(2, null, RuntimeStatus.RUNNING)));

        for (int ran : new int[] {39, 40}) {
            CurrentModule made = made(wish, RuntimeStatus.UNHEALTHY);
            CurrentModule hanging = new CurrentModule(
                    "m", made.image(), null, made.labels(), RuntimeStatus.UNHEALTHY, NOW.minusSeconds(ran), null, null);
            Plan plan = Wishing.planner().plan(manifest(wish), current(hanging), thirdTime, NOW);
            assertThat(plan.isEmpty()).isEqualTo(ran < 40);
        }
    }

    @Test
    void a_module_that_another_agent_made_is_recreated() {
        CurrentModule foreign = new CurrentModule("m", "a/m:1", null, Map.of(), RuntimeStatus.RUNNING, NOW, null, null);

        assertThat(plan(manifest(running("m", 1)), current(foreign)))
                .containsExactly("order 1: m Identify+Pull+ForgetRestarts+Stop+Update+Start");
    }

    @Test
    void what_is_not_wished_goes_first_with_its_identity() {
        CurrentModule stray = made(running("stray"), RuntimeStatus.RUNNING);
        CurrentModule ended = made(running("ended"), RuntimeStatus.FAILED);

        assertThat(plan(manifest(running("m", 0)), current(stray, ended)))
                .containsExactly(
                        "remove: stray Stop+Remove+DeleteIdentity",
                        "remove: ended Remove+DeleteIdentity",
                        "order 0: m Identify+Pull+Create+Start");
    }

    @Test
    void a_module_that_is_gone_but_remembered_loses_its_identity() {
        var memories = Memories.none().wishing(manifest(running("gone")), Set.of());

        assertThat(text(planner().plan(manifest(), Map.of(), memories, NOW)))
                .containsExactly("remove: gone DeleteIdentity");
    }

    @Test
    void orders_ascend_and_equals_are_side_by_side() {
        var desired =
                manifest(running("late"), running("b", 2), running("hub", 0), running("a", 2), running("unordered"));

        assertThat(plan(desired, Map.of()))
                .containsExactly(
                        "order 0: hub Identify+Pull+Create+Start",
                        "order 2: b Identify+Pull+Create+Start",
                        "order 2: a Identify+Pull+Create+Start",
                        "order 4294967295: late Identify+Pull+Create+Start",
                        "order 4294967295: unordered Identify+Pull+Create+Start");
    }

    @Test
    void the_agent_is_replaced_last_and_never_started_stopped_or_removed() {
        CurrentModule agent = made(running("edgeAgent"), RuntimeStatus.RUNNING);
        CurrentModule other =
                new CurrentModule("edgeAgent", "a/other:1", null, Map.of(), RuntimeStatus.FAILED, NOW, null, null);

        assertThat(plan(manifest(running("edgeAgent"), running("m", 9)), current(other)))
                .containsExactly("order 9: m Identify+Pull+Create+Start", "agent: edgeAgent Pull+UpdateAgent");
        assertThat(plan(manifest(running("edgeAgent")), current(agent))).isEmpty();
        assertThat(plan(manifest(running("edgeAgent")), Map.of())).isEmpty();
        assertThat(plan(manifest(), current(agent))).isEmpty();
    }

    @Test
    void the_agents_labels_tell_whether_its_options_and_environment_changed() {
        DesiredModule wish = running("edgeAgent");

        assertThat(plan(manifest(wish), current(agent("{}", "{}")))).isEmpty();
        assertThat(plan(manifest(wish), current(agent("{\"HostConfig\":{}}", "{}"))))
                .hasSize(1);
        assertThat(plan(manifest(wish), current(agent("{}", "{\"A\":{\"value\":\"b\"}}"))))
                .hasSize(1);
        assertThat(plan(manifest(wish), current(agent("not json", "{}")))).hasSize(1);
    }

    @Test
    void the_hub_is_recreated_when_what_is_passed_on_to_it_changes() {
        DesiredModule hub = running("edgeHub", 0);
        var other = new Planner(
                new Supervision(SupervisionRules.DEFAULT),
                new Fingerprint(Map.of("KANT_LISTEN_ADDRESS", "127.0.0.9")),
                PullOrder.NON_BLOCKING);

        assertThat(plan(manifest(hub), current(made(hub, RuntimeStatus.RUNNING))))
                .isEmpty();
        assertThat(other.plan(manifest(hub), current(made(hub, RuntimeStatus.RUNNING)), Memories.none(), NOW)
                        .isEmpty())
                .isFalse();
    }

    @Test
    void all_identities_and_pulls_come_first_where_that_is_asked_for() {
        var planner = new Planner(
                new Supervision(SupervisionRules.DEFAULT), Wishing.FINGERPRINT, PullOrder.WAIT_FOR_ALL_PULLS);

        Plan plan = planner.plan(manifest(running("a", 1), running("b", 2)), Map.of(), Memories.none(), NOW);

        assertThat(text(plan))
                .containsExactly(
                        "prepare: a Identify+Pull",
                        "prepare: b Identify+Pull",
                        "order 1: a Create+Start",
                        "order 2: b Create+Start");
        assertThat(plan.stages().getFirst().required()).isTrue();
    }

    private static CurrentModule agent(String options, String env) {
        return new CurrentModule(
                "edgeAgent",
                "a/edgeAgent:1",
                null,
                Map.of(Labels.CREATE_OPTIONS, options, Labels.ENV, env),
                RuntimeStatus.RUNNING,
                NOW,
                null,
                null);
    }

    private static List<String> plan(DeploymentManifest desired, Map<String, CurrentModule> current) {
        return text(planner().plan(desired, current, Memories.none(), NOW));
    }
}

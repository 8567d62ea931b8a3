package kant.edgeagent.plan;

import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kant.model.deployment.CreateOptions;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.ImagePullPolicy;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeSpec;
import kant.model.deployment.RuntimeStatus;

/** Small manifests and modules for tests of planning. */
final class Wishing {
    static final Instant NOW = Instant.parse("2026-08-21T10:00:00Z");
    static final Fingerprint FINGERPRINT = new Fingerprint(Map.of());

    private Wishing() {}

    static DesiredModule module(String name, RuntimeStatus status, RestartPolicy policy, long order, String version) {
        return new DesiredModule(
                name,
                version,
                status,
                policy,
                ImagePullPolicy.ON_CREATE,
                order,
                Map.of(),
                "a/" + name + ":1",
                CreateOptions.none(),
                null);
    }

    static DesiredModule running(String name) {
        return module(name, RuntimeStatus.RUNNING, RestartPolicy.ALWAYS, DesiredModule.DEFAULT_STARTUP_ORDER, "1");
    }

    static DesiredModule running(String name, long order) {
        return module(name, RuntimeStatus.RUNNING, RestartPolicy.ALWAYS, order, "1");
    }

    static DeploymentManifest manifest(DesiredModule... modules) {
        Map<String, DesiredModule> byName = new LinkedHashMap<>();
        Arrays.stream(modules).forEach(m -> byName.put(m.name(), m));
        return new DeploymentManifest("1.1", new RuntimeSpec("", "", Map.of()), byName);
    }

    /** As the engine has a module that was made from this wish. */
    static CurrentModule made(DesiredModule wish, RuntimeStatus status) {
        return new CurrentModule(
                wish.name(),
                wish.image(),
                "sha256:1",
                Map.of(Labels.FINGERPRINT, FINGERPRINT.of(wish)),
                status,
                NOW.minusSeconds(60),
                status == RuntimeStatus.RUNNING
                        ? null
                        : new CurrentModule.Exit(status == RuntimeStatus.FAILED ? 3 : 0, NOW),
                null);
    }

    static Map<String, CurrentModule> current(CurrentModule... modules) {
        Map<String, CurrentModule> byName = new LinkedHashMap<>();
        Arrays.stream(modules).forEach(m -> byName.put(m.name(), m));
        return byName;
    }

    static Planner planner() {
        return new Planner(new Supervision(SupervisionRules.DEFAULT), FINGERPRINT, PullOrder.NON_BLOCKING);
    }

    /** The plan as lines {@code stage: module Step+Step}. */
    static List<String> text(Plan plan) {
        return plan.stages().stream()
                .flatMap(s -> s.works().stream().map(w -> s.name() + ": " + w.module() + " " + steps(w)))
                .toList();
    }

    static String steps(Work work) {
        return String.join(
                "+",
                work.steps().stream().map(s -> s.getClass().getSimpleName()).toList());
    }
}

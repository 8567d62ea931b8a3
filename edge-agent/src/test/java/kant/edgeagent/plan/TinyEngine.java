package kant.edgeagent.plan;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RuntimeStatus;

/** An engine that does what steps say, begun in any state. */
final class TinyEngine {
    private static final RuntimeStatus[] WORDS = {
        RuntimeStatus.RUNNING,
        RuntimeStatus.STOPPED,
        RuntimeStatus.FAILED,
        RuntimeStatus.DEAD,
        RuntimeStatus.UNHEALTHY,
        RuntimeStatus.UNKNOWN
    };

    final Map<String, CurrentModule> modules = new LinkedHashMap<>();

    TinyEngine(Random random, int size, DeploymentManifest manifest) {
        for (int i = 0; i < 2 * size; i++) {
            String name = "m" + i;
            if (random.nextBoolean()) {
                DesiredModule wish = manifest.modules().get(name);
                boolean asWished = wish != null && random.nextBoolean();
                modules.put(name, module(random, asWished ? wish : PlannerPropertyTest.wish(random, name)));
            }
        }
    }

    void apply(Step step, Instant now) {
        switch (step) {
            case Step.Create(var wish) -> {
                if (modules.putIfAbsent(wish.name(), fresh(wish)) != null) {
                    throw new AssertionError(wish.name() + " is created twice");
                }
            }
            case Step.Update(var wish) -> {
                if (existing(wish.name()).status() == RuntimeStatus.RUNNING) {
                    throw new AssertionError(wish.name() + " is updated while it runs");
                }
                modules.put(wish.name(), fresh(wish));
            }
            case Step.Start(var name) -> modules.put(name, with(existing(name), RuntimeStatus.RUNNING, now));
            case Step.Stop(var name) -> {
                if (existing(name).alive()) {
                    modules.put(name, with(existing(name), RuntimeStatus.STOPPED, now));
                }
            }
            case Step.Remove(var name) -> {
                existing(name);
                modules.remove(name);
            }
            case Step.UpdateAgent _ -> throw new AssertionError("no agent here");
            case Step.Identify _, Step.Pull _, Step.DeleteIdentity _, Step.CountRestart _, Step.ForgetRestarts _ -> {}
        }
    }

    private CurrentModule existing(String name) {
        CurrentModule module = modules.get(name);
        if (module == null) {
            throw new AssertionError(name + " does not exist");
        }
        return module;
    }

    private static CurrentModule module(Random random, DesiredModule wish) {
        CurrentModule made = Wishing.made(wish, WORDS[random.nextInt(WORDS.length)]);
        return random.nextInt(4) > 0 || made.alive() ? made : with(fresh(wish), made.status(), null);
    }

    private static CurrentModule fresh(DesiredModule wish) {
        return with(Wishing.made(wish, RuntimeStatus.STOPPED), RuntimeStatus.STOPPED, null);
    }

    private static CurrentModule with(CurrentModule m, RuntimeStatus status, Instant at) {
        Instant start = status == RuntimeStatus.RUNNING || at == null ? at : m.startTime();
        CurrentModule.Exit exit = status == RuntimeStatus.RUNNING || at == null ? null : new CurrentModule.Exit(0, at);
        return new CurrentModule(m.name(), m.image(), m.imageHash(), m.labels(), status, start, exit, null);
    }
}

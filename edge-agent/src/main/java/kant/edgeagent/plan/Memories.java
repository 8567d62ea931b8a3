package kant.edgeagent.plan;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;

/** What is remembered of all modules, by name. Immutable. */
public record Memories(Map<String, ModuleMemory> byModule) {

    public Memories {
        byModule = Map.copyOf(byModule);
    }

    public static Memories none() {
        return new Memories(Map.of());
    }

    public ModuleMemory of(String module) {
        return byModule.getOrDefault(module, ModuleMemory.NONE);
    }

    /** After these steps of one work were done, in order. */
    public Memories after(List<Step> done, Instant now) {
        Map<String, ModuleMemory> next = new HashMap<>(byModule);
        for (Step step : done) {
            switch (step) {
                case Step.CountRestart(var module) ->
                    next.put(module, of(module).restarted(now));
                case Step.ForgetRestarts(var module) -> next.computeIfPresent(module, (_, m) -> m.calm());
                case Step.DeleteIdentity(var module) -> next.remove(module);
                case Step.Identify _, Step.Pull _, Step.Create _, Step.Update _, Step.UpdateAgent _ -> {}
                case Step.Start _, Step.Stop _, Step.Remove _ -> {}
            }
        }
        return new Memories(next);
    }

    /**
     * Knowing what the manifest wishes of each module that the agent supervises.
     *
     * @param open modules to which that is not done yet: they are known by name, and by what was wished before
     */
    public Memories wishing(DeploymentManifest manifest, Set<String> open) {
        Map<String, ModuleMemory> next = new TreeMap<>(byModule);
        for (DesiredModule module : manifest.modules().values()) {
            if (!module.name().equals(DeploymentManifest.EDGE_AGENT)) {
                ModuleMemory memory = of(module.name());
                next.put(module.name(), open.contains(module.name()) ? memory : memory.wishing(module.status()));
            }
        }
        return new Memories(next);
    }
}

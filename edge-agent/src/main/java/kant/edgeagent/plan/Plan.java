package kant.edgeagent.plan;

import java.util.List;

/** Stages in their order; each begins when the one before has ended, well or not. */
public record Plan(List<Stage> stages) {

    public Plan {
        stages = stages.stream().filter(s -> !s.works().isEmpty()).toList();
    }

    /** Nothing to do: the device is as desired, as far as it depends on the agent. */
    public boolean isEmpty() {
        return stages.isEmpty();
    }

    /** All works, in order. */
    public List<Work> works() {
        return stages.stream().flatMap(s -> s.works().stream()).toList();
    }

    /** Whether any step needs the list of identities. */
    public boolean touchesIdentities() {
        return works().stream()
                .flatMap(w -> w.steps().stream())
                .anyMatch(s -> s instanceof Step.Identify || s instanceof Step.DeleteIdentity);
    }
}

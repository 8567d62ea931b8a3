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
}

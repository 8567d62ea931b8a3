package kant.edgeagent.plan;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What is to be done to one module, step after step; a step that fails ends it. It is tried again as a whole.
 *
 * @param id the same for the same steps towards the same spec, so that failures can be counted
 */
public record Work(String module, String id, List<Step> steps) {

    public Work {
        steps = List.copyOf(steps);
    }

    /** @param fingerprint of the spec that the steps work towards; empty where there is none */
    static Work of(String module, String fingerprint, List<Step> steps) {
        String names = steps.stream().map(s -> s.getClass().getSimpleName()).collect(Collectors.joining("+"));
        return new Work(module, names + "(" + module + ")" + fingerprint, steps);
    }
}

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

    /** Whether it only keeps a module as it is: restarts one that ended or hangs, or forgets that it did. */
    boolean keeps() {
        boolean restart = steps.stream().anyMatch(Step.CountRestart.class::isInstance);
        boolean single = steps.size() == 1
                && (steps.getFirst() instanceof Step.Start || steps.getFirst() instanceof Step.ForgetRestarts);
        return restart || single;
    }

    /** @param fingerprint of the spec that the steps work towards; empty where there is none */
    static Work of(String module, String fingerprint, List<Step> steps) {
        String names = steps.stream().map(s -> s.getClass().getSimpleName()).collect(Collectors.joining("+"));
        return new Work(module, names + "(" + module + ")" + fingerprint, steps);
    }
}

package kant.edgeagent.plan;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is to be done to one module, step after step; a step that fails ends it. It is tried again as a whole.
 *
 * @param id the same for the same steps towards the same spec, so that failures can be counted
 * @param meanwhile what keeps the module as it is while this cannot be done; null where there is nothing to keep
 */
public record Work(
        String module,
        String id,
        List<Step> steps,
        @Nullable Work meanwhile) {

    public Work {
        steps = List.copyOf(steps);
    }

    /** Whether it only keeps a module as it is: restarts one that ended or hangs, or forgets that it did. */
    public boolean keeps() {
        boolean restart = steps.stream().anyMatch(Step.CountRestart.class::isInstance);
        boolean single = steps.size() == 1
                && (steps.getFirst() instanceof Step.Start || steps.getFirst() instanceof Step.ForgetRestarts);
        return restart || single;
    }

    /** Whether it is no more than a {@link #preparation}. */
    public boolean prepares() {
        return steps.stream().allMatch(Work::isPreparation);
    }

    /** @param fingerprint of the spec that the steps work towards; empty where there is none */
    static Work of(String module, String fingerprint, List<Step> steps) {
        String names = steps.stream().map(s -> s.getClass().getSimpleName()).collect(Collectors.joining("+"));
        return new Work(module, names + "(" + module + ")" + fingerprint, steps, null);
    }

    Work withMeanwhile(@Nullable Work other) {
        return new Work(module, id, steps, other);
    }

    /** The part that makes sure of identity and image; without steps where that is not needed. */
    Work preparation() {
        return new Work(
                module,
                "Prepare:" + id,
                steps.stream().filter(Work::isPreparation).toList(),
                null);
    }

    /** All but the {@link #preparation}. */
    Work prepared() {
        return new Work(
                module, id, steps.stream().filter(s -> !isPreparation(s)).toList(), meanwhile);
    }

    private static boolean isPreparation(Step step) {
        return step instanceof Step.Identify || step instanceof Step.Pull;
    }
}

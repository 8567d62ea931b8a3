package kant.edgeagent.run;

import java.util.List;
import kant.edgeagent.plan.Step;
import kant.edgeagent.plan.Work;

/** What became of one work. */
public sealed interface WorkResult {

    Work work();

    /** The steps that were done, in order; those of a failed work too. */
    List<Step> done();

    /** All of it was done. */
    record Done(Work work) implements WorkResult {
        @Override
        public List<Step> done() {
            return work.steps();
        }
    }

    /** A step failed, the ones after it were not tried. */
    record Failed(Work work, List<Step> done, String message) implements WorkResult {
        public Failed {
            done = List.copyOf(done);
        }
    }

    /** The registry did not give the module an identity. Not a failure of the deployment in the contract's eyes. */
    record NoIdentity(Work work, List<Step> done, String message) implements WorkResult {
        public NoIdentity {
            done = List.copyOf(done);
        }
    }

    /** It failed before and was not tried now. */
    record Skipped(Work work, boolean givenUp) implements WorkResult {
        @Override
        public List<Step> done() {
            return List.of();
        }
    }
}

package kant.edgeagent.run;

import java.util.List;
import kant.edgeagent.plan.Step;
import kant.edgeagent.plan.Work;

/** What became of one work. */
public sealed interface WorkResult {

    Work work();

    /** The steps that were done, in order; those of a failed work too. */
    List<Step> done();

    /** Whether it changed anything about the module: what prepares an update, or forgets restarts, does not. */
    default boolean touched() {
        return done().stream().anyMatch(step -> !(step instanceof Step.Slow || step instanceof Step.ForgetRestarts));
    }

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

    /** A step goes on beside the loop; a later run goes on with it, or with what comes after it. */
    record Waiting(Work work, List<Step> done, Step.Slow step) implements WorkResult {
        public Waiting {
            done = List.copyOf(done);
        }

        /** Whether what comes after this work waits as well: nothing is made of a deleted identity. */
        boolean holds() {
            return !(step instanceof Step.DeleteIdentity);
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

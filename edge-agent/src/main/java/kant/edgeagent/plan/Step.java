package kant.edgeagent.plan;

import kant.model.deployment.DesiredModule;

/** One action on one module. */
public sealed interface Step {

    /** The module's name for the engine. */
    String module();

    /** One that waits for others than the engine, a registry or the parent, and so for as long as they like. */
    sealed interface Slow extends Step {}

    /** Makes sure that the module has an identity in the registry, with keys of this device. */
    record Identify(DesiredModule wish) implements Slow {
        @Override
        public String module() {
            return wish.name();
        }
    }

    /** Has the daemon fetch the image where the pull policy says so, and refuse what it cannot make, before anything is touched. */
    record Pull(DesiredModule wish) implements Slow {
        @Override
        public String module() {
            return wish.name();
        }
    }

    /** Makes the module; it is not started. */
    record Create(DesiredModule wish) implements Step {
        @Override
        public String module() {
            return wish.name();
        }
    }

    /** Makes the module anew in place of what there is; it is not started. */
    record Update(DesiredModule wish) implements Step {
        @Override
        public String module() {
            return wish.name();
        }
    }

    /** Has the daemon replace the agent itself, which ends this program soon after. The daemon looks for the image once more before. */
    record UpdateAgent(DesiredModule wish) implements Slow {
        @Override
        public String module() {
            return wish.name();
        }
    }

    record Start(String module) implements Step {}

    record Stop(String module) implements Step {}

    record Remove(String module) implements Step {}

    /** Removes the module's identity from the registry, if it is one that edge agents manage; never a system module's. */
    record DeleteIdentity(String module) implements Slow {}

    /** Notes one more restart. */
    record CountRestart(String module) implements Step {}

    /** Forgets the restarts there were. */
    record ForgetRestarts(String module) implements Step {}
}

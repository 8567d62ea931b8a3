package kant.edgeagent.run;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.ModuleSpec;
import kant.edgeagent.plan.Step;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;

/**
 * The steps that wait for a registry or the parent, done beside the loop so that no look at the modules waits for them: a few at a
 * time, each once however often it is asked for. What became of one is kept until nobody wants it any more. Any thread.
 */
public final class SlowSteps {
    /** Calls to the daemon at one time, the original's number; the daemon bounds its pulls once more. */
    private static final int AT_ONCE = 5;

    private final Tasks tasks;
    private final Runnable changed;
    private final Map<Asked, Run> runs = new LinkedHashMap<>();
    private int underWay;

    /**
     * Makes none yet.
     *
     * @param changed called when one has ended, on the thread that did it
     */
    public SlowSteps(Tasks tasks, Runnable changed) {
        this.tasks = tasks;
        this.changed = changed;
    }

    /**
     * What tells one from another.
     *
     * @param pull what is pulled, credentials included; null where nothing is
     */
    record Asked(Step.Slow step, @Nullable ModuleSpec pull) {}

    /** Does one. */
    interface Call {
        /** The module's identity, where that is what the step is about. */
        @Nullable
        Identity run() throws IOException;
    }

    /** How one stands. */
    sealed interface State {
        record UnderWay() implements State {}

        record Done(@Nullable Identity identity) implements State {}

        record Failed(String message) implements State {}
    }

    private static final class Run {
        private final Asked asked;
        private final Call call;
        private State state = new State.UnderWay();
        private boolean begun;
        private Tasks.@Nullable Cancellable task;

        Run(Asked asked, Call call) {
            this.asked = asked;
            this.call = call;
        }

        boolean isUnderWay() {
            return state instanceof State.UnderWay;
        }

        boolean isBegun() {
            return begun && isUnderWay();
        }
    }

    /** How it stands; begun where it is new, and begun anew when it is asked for after a failure was told. */
    synchronized State ask(Asked asked, Call call) {
        Run run = runs.computeIfAbsent(asked, key -> new Run(key, call));
        beginWaiting();
        if (run.state instanceof State.Failed) {
            runs.remove(asked);
        }
        return run.state;
    }

    /** The identity that a module turned out to have; empty while its step is not done. */
    synchronized Optional<Identity> identity(String moduleId) {
        for (Run run : runs.values()) {
            if (run.state instanceof State.Done(var identity)
                    && identity != null
                    && identity.moduleId().equals(moduleId)) {
                return Optional.of(identity);
            }
        }
        return Optional.empty();
    }

    /**
     * Lets go of what is not wanted; what is under way of it is called off, but for the end of an identity and for another agent: who is
     * called off does not learn whether it was done.
     */
    synchronized void keepOnly(Set<Asked> wanted) {
        for (Run run : List.copyOf(runs.values())) {
            boolean mustEnd = run.isBegun()
                    && switch (run.asked.step()) {
                        case Step.DeleteIdentity _, Step.UpdateAgent _ -> true;
                        case Step.Identify _, Step.Pull _ -> false; // may be repeated
                    };
            if (!wanted.contains(run.asked) && !mustEnd) {
                runs.remove(run.asked);
                callOff(run);
            }
        }
        beginWaiting();
    }

    private void callOff(Run run) {
        if (run.isBegun()) {
            run.state = new State.Failed("it was called off");
            underWay--;
            if (run.task != null) {
                run.task.cancel();
            }
        }
    }

    /** Has a module's steps done anew when they are asked for next. */
    synchronized void forget(String module) {
        runs.values().removeIf(run -> run.asked.step().module().equals(module) && !run.isUnderWay());
    }

    private void beginWaiting() {
        for (Run run : runs.values()) {
            if (underWay < AT_ONCE && !run.begun && isFree(run.asked.step().module())) {
                run.begun = true;
                underWay++;
                run.task = tasks.spawn("step-" + run.asked.step().module(), () -> perform(run));
            }
        }
    }

    /** One at a time for a module: nobody is to get an identity while the one before is being deleted. */
    private boolean isFree(String module) {
        return runs.values().stream()
                .noneMatch(run -> run.isBegun() && run.asked.step().module().equals(module));
    }

    private void perform(Run run) {
        State end = new State.Failed("it broke off, see the agent's log");
        try {
            end = new State.Done(run.call.run());
        } catch (IOException e) {
            end = new State.Failed(String.valueOf(e.getMessage()));
        } finally {
            ended(run, end);
        }
    }

    private void ended(Run run, State end) {
        synchronized (this) {
            if (!run.isUnderWay()) {
                return; // called off
            }
            run.state = end;
            underWay--;
            beginWaiting();
        }
        changed.run();
    }
}

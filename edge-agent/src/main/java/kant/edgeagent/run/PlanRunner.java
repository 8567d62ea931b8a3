package kant.edgeagent.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.plan.Attempts;
import kant.edgeagent.plan.Plan;
import kant.edgeagent.plan.Stage;
import kant.edgeagent.plan.Step;
import kant.edgeagent.plan.SupervisionRules;
import kant.edgeagent.plan.Work;
import kant.model.deployment.RuntimeSpec;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs plans: stage after stage, the works of a stage side by side, the steps of a work one after the other. A work that
 * fails holds up no other. Blocking; each call to the daemon is bounded by its client's limit.
 */
public final class PlanRunner {
    private static final Logger log = LoggerFactory.getLogger(PlanRunner.class);

    /** Calls to the daemon at one time, the original's number. */
    private static final int PARALLEL_WORKS = 5;

    private final ModuleDaemon daemon;
    private final SpecWriter specs;
    private final String agentGenerationId;
    private final SupervisionRules rules;
    private final AgentMetrics metrics;
    private final Tasks tasks;
    private final Time time;

    public PlanRunner(
            ModuleDaemon daemon,
            SpecWriter specs,
            String agentGenerationId,
            SupervisionRules rules,
            AgentMetrics metrics,
            Tasks tasks,
            Time time) {
        this.daemon = daemon;
        this.specs = specs;
        this.agentGenerationId = agentGenerationId;
        this.rules = rules;
        this.metrics = metrics;
        this.tasks = tasks;
        this.time = time;
    }

    /** Modules whose images a run of this plan would ask for at this moment. */
    public Set<String> pulls(Plan plan, Attempts attempts) {
        return plan.works().stream()
                .filter(work -> work.steps().stream().anyMatch(Step.Pull.class::isInstance))
                .filter(work -> attempts.verdict(work, rules, time.nanos()) == Attempts.Verdict.READY)
                .map(Work::module)
                .collect(Collectors.toSet());
    }

    /** @param runtime where the registries' credentials come from */
    public PlanResult run(Plan plan, RuntimeSpec runtime, Attempts before) throws InterruptedException {
        Identities identities = plan.touchesIdentities() ? Identities.read(daemon) : Identities.unread();
        List<WorkResult> results = new ArrayList<>();
        Attempts attempts = before;
        for (Stage stage : plan.stages()) {
            List<WorkResult> ofStage = run(
                    stage,
                    new WorkRunner(daemon, specs, runtime, identities, agentGenerationId, metrics, time),
                    attempts);
            for (WorkResult result : ofStage) {
                attempts = counted(result, attempts);
            }
            results.addAll(ofStage);
            if (stage.required() && !ofStage.stream().allMatch(WorkResult.Done.class::isInstance)) {
                return new PlanResult(results, attempts, true);
            }
        }
        return new PlanResult(results, attempts, false);
    }

    private List<WorkResult> run(Stage stage, WorkRunner runner, Attempts attempts) throws InterruptedException {
        var permits = new Semaphore(PARALLEL_WORKS);
        List<CompletableFuture<WorkResult>> running = new ArrayList<>();
        for (Work work : stage.works()) {
            switch (attempts.verdict(work, rules, time.nanos())) {
                case READY -> {
                    permits.acquire();
                    running.add(start(work, runner, permits));
                }
                case COOLING_OFF -> running.add(CompletableFuture.completedFuture(new WorkResult.Skipped(work, false)));
                case GIVEN_UP -> running.add(CompletableFuture.completedFuture(new WorkResult.Skipped(work, true)));
            }
        }
        List<WorkResult> results = new ArrayList<>();
        for (CompletableFuture<WorkResult> one : running) {
            results.add(await(one));
        }
        return results;
    }

    private CompletableFuture<WorkResult> start(Work work, WorkRunner runner, Semaphore permits) {
        var result = new CompletableFuture<WorkResult>();
        tasks.spawn("module-" + work.module(), () -> {
            try {
                result.complete(runner.run(work));
            } catch (Throwable e) { // the outermost frame of this task: the plan must learn of every end
                result.completeExceptionally(e);
            } finally {
                permits.release();
            }
        });
        return result;
    }

    private static WorkResult await(CompletableFuture<WorkResult> one) throws InterruptedException {
        try {
            return one.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a work ended in a way it must not", e.getCause());
        }
    }

    private Attempts counted(WorkResult result, Attempts attempts) {
        return switch (result) {
            case WorkResult.Done(var work) -> {
                log.atInfo()
                        .addKeyValue("module", work.module())
                        .addKeyValue("steps", names(work))
                        .log("plan: done");
                yield attempts.succeeded(work);
            }
            case WorkResult.Failed(var work, var _, var message) -> {
                Attempts after = attempts.failed(work, time.nanos());
                log.atWarn()
                        .addKeyValue("module", work.module())
                        .addKeyValue("steps", names(work))
                        .addKeyValue("attempt", after.count(work))
                        .addKeyValue("reason", message)
                        .log("plan: failed, will be tried again");
                yield after;
            }
            case WorkResult.NoIdentity _, WorkResult.Skipped _ -> attempts;
        };
    }

    private static String names(Work work) {
        return String.join(
                ", ",
                work.steps().stream().map(s -> s.getClass().getSimpleName()).toList());
    }
}

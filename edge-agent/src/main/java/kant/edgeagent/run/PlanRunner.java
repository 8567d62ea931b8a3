package kant.edgeagent.run;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import kant.edgeagent.plan.Attempts;
import kant.edgeagent.plan.Plan;
import kant.edgeagent.plan.Stage;
import kant.edgeagent.plan.SupervisionRules;
import kant.edgeagent.plan.Work;
import kant.model.deployment.RuntimeSpec;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs plans: stage after stage, the works of a stage side by side, the steps of a work one after the other. A work that
 * fails holds up no other. One that waits for a registry or the parent is left, and a later run goes on with it; until then only
 * what keeps modules as they are is done of the stages after it. Blocking; each call to the daemon is bounded by its client's limit.
 */
public final class PlanRunner {
    private static final Logger log = LoggerFactory.getLogger(PlanRunner.class);

    /** Calls to the daemon at one time, the original's number. */
    private static final int PARALLEL_WORKS = 5;

    private final WorkRunner works;
    private final SupervisionRules rules;
    private final Tasks tasks;
    private final Time time;

    public PlanRunner(WorkRunner works, SupervisionRules rules, Tasks tasks, Time time) {
        this.works = works;
        this.rules = rules;
        this.tasks = tasks;
        this.time = time;
    }

    /** What one stage needs to know. */
    private record Now(WorkRunner.Round round, Attempts attempts, boolean held) {}

    /** @param runtime where the registries' credentials come from */
    public PlanResult run(Plan plan, RuntimeSpec runtime, Attempts before) throws InterruptedException {
        WorkRunner.Round round = works.begin(plan, runtime);
        List<WorkResult> results = new ArrayList<>();
        Attempts attempts = before;
        boolean dropped = false;
        boolean held = false;
        for (Stage stage : plan.stages()) {
            List<WorkResult> ofStage = run(stage, new Now(round, attempts, held));
            for (WorkResult result : ofStage) {
                attempts = counted(result, attempts);
                held |= result instanceof WorkResult.Waiting waiting && waiting.holds();
            }
            results.addAll(ofStage);
            dropped |= stage.required() && !ofStage.stream().allMatch(WorkResult.Done.class::isInstance);
            held |= dropped;
        }
        return new PlanResult(plan, results, attempts, dropped);
    }

    private List<WorkResult> run(Stage stage, Now now) throws InterruptedException {
        var permits = new Semaphore(PARALLEL_WORKS);
        List<CompletableFuture<List<WorkResult>>> running = new ArrayList<>();
        for (Work work : stage.works()) {
            permits.acquire();
            running.add(start(work, now, permits));
        }
        List<WorkResult> results = new ArrayList<>();
        for (CompletableFuture<List<WorkResult>> one : running) {
            results.addAll(await(one));
        }
        return results;
    }

    private CompletableFuture<List<WorkResult>> start(Work work, Now now, Semaphore permits) {
        var result = new CompletableFuture<List<WorkResult>>();
        tasks.spawn("module-" + work.module(), () -> {
            try {
                result.complete(results(work, now));
            } catch (Throwable e) { // the outermost frame of this task: the plan must learn of every end
                result.completeExceptionally(e);
            } finally {
                permits.release();
            }
        });
        return result;
    }

    /** Does a work; where it leaves its module as it is, for whatever reason, what keeps that module in its place. */
    private List<WorkResult> results(Work work, Now now) {
        List<WorkResult> results = new ArrayList<>();
        if (!now.held() || work.keeps()) {
            results.add(result(work, now));
        }
        if (work.meanwhile() != null && results.stream().noneMatch(WorkResult::touched)) {
            results.add(result(work.meanwhile(), now));
        }
        return results;
    }

    private WorkResult result(Work work, Now now) {
        return switch (now.attempts().verdict(work, rules, time.nanos())) {
            case READY -> works.run(work, now.round());
            case COOLING_OFF -> new WorkResult.Skipped(work, false);
            case GIVEN_UP -> new WorkResult.Skipped(work, true);
        };
    }

    private static <T> T await(CompletableFuture<T> one) throws InterruptedException {
        try {
            return one.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a work ended in a way it must not", e.getCause());
        }
    }

    private Attempts counted(WorkResult result, Attempts attempts) {
        return switch (result) {
            case WorkResult.Done(var work) -> {
                if (!work.keeps() && !work.prepares()) {
                    works.forget(work.module());
                }
                if (!work.prepares()) {
                    log.atInfo()
                            .addKeyValue("module", work.module())
                            .addKeyValue("steps", names(work))
                            .log("plan: done");
                }
                yield attempts.succeeded(work);
            }
            case WorkResult.Failed(var work, var _, var message) -> {
                works.forget(work.module());
                Attempts after = attempts.failed(work, time.nanos());
                log.atWarn()
                        .addKeyValue("module", work.module())
                        .addKeyValue("steps", names(work))
                        .addKeyValue("attempt", after.count(work))
                        .addKeyValue("reason", message)
                        .log("plan: failed, will be tried again");
                yield after;
            }
            case WorkResult.Waiting _, WorkResult.NoIdentity _, WorkResult.Skipped _ -> attempts;
        };
    }

    private static String names(Work work) {
        return String.join(
                ", ",
                work.steps().stream().map(s -> s.getClass().getSimpleName()).toList());
    }
}

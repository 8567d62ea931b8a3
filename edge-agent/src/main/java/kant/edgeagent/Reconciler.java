package kant.edgeagent;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import kant.edgeagent.desired.DesiredSource;
import kant.edgeagent.desired.TwinDocument;
import kant.edgeagent.metrics.AgentMetrics;
import kant.edgeagent.plan.Attempts;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.Memories;
import kant.edgeagent.plan.Plan;
import kant.edgeagent.plan.Planner;
import kant.edgeagent.plan.Supervision;
import kant.edgeagent.report.DesiredStatus;
import kant.edgeagent.report.DeviceView;
import kant.edgeagent.report.DeviceView.Trouble;
import kant.edgeagent.report.ReportedDocument;
import kant.edgeagent.run.ModuleDaemon;
import kant.edgeagent.run.ModuleDaemon.Platform;
import kant.edgeagent.run.PlanResult;
import kant.edgeagent.run.PlanRunner;
import kant.edgeagent.state.MemoryFile;
import kant.edgeagent.trial.Rollback;
import kant.edgeagent.trial.Trials;
import kant.model.deployment.DeploymentManifest;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The loop: reads the wish and the modules, plans, runs the plan, reports; then waits until something wakes it or the period
 * is over. It holds all that the agent knows in fields, which belong to its one thread; everything it calls works on its
 * arguments. Wish and modules are read separately, so that neither one's failure hides the other.
 */
public final class Reconciler {
    private static final Logger log = LoggerFactory.getLogger(Reconciler.class);

    /** A wait below this would be a busy loop should a step that is due keep failing. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(250);

    private final DesiredSource source;
    private final ModuleDaemon daemon;
    private final Planner planner;
    private final PlanRunner runner;
    private final Supervision supervision;
    private final ReportedDocument reports;
    private final MemoryFile memoryFile;
    private final AgentMetrics metrics;
    private final Time time;
    private final Duration period;

    private final Wake wake;
    private volatile boolean stopping;

    private final Wishes wishes;
    private final Trials trials;
    private final ReportSender sender;

    // the device, as last seen
    private Map<String, CurrentModule> current = Map.of();
    private @Nullable Platform platform;

    // what became of the wish
    private @Nullable Wish applied;
    private DesiredStatus status = DesiredStatus.NOT_RUNNING;
    private @Nullable Long desiredVersion;
    private Map<String, Trouble> troubles = Map.of();
    private Set<String> downloading = Set.of();
    private Attempts attempts = Attempts.none();
    private @Nullable Long deployingSince;
    private Memories memories = Memories.none();

    /** What the loop works with; everything in it is used from the loop's thread only. */
    public record Parts(
            DesiredSource source,
            ModuleDaemon daemon,
            Planner planner,
            PlanRunner runner,
            Supervision supervision,
            ReportedDocument reports,
            MemoryFile memoryFile,
            TrialsMaker trials,
            AgentMetrics metrics,
            Time time) {}

    /** Makes the trials once it is known how documents are read. */
    public interface TrialsMaker {
        Trials of(Function<TwinDocument, Optional<DeploymentManifest>> parser);
    }

    /**
     * @param wake what others wake the loop with
     * @param period the longest wait between two looks at the modules
     * @param parentHost what {@code $upstream} means in images; null where the parent is no edge
     */
    Reconciler(Parts parts, Wake wake, Duration period, @Nullable String parentHost) {
        this.source = parts.source();
        this.daemon = parts.daemon();
        this.planner = parts.planner();
        this.runner = parts.runner();
        this.supervision = parts.supervision();
        this.reports = parts.reports();
        this.memoryFile = parts.memoryFile();
        this.metrics = parts.metrics();
        this.time = parts.time();
        this.wake = wake;
        this.period = period;
        this.wishes = new Wishes(source, parentHost);
        this.trials = parts.trials().of(wishes::manifest);
        this.sender = new ReportSender(source, metrics);
    }

    /** Ends the loop after the pass that runs, with a last report; any thread. */
    public void stop() {
        stopping = true;
        wake.run();
    }

    /** Runs until {@link #stop} or an interruption. */
    public void run() {
        remember();
        try {
            while (!stopping) {
                try {
                    pass();
                } catch (RuntimeException e) { // a bug must not leave the modules without their supervisor
                    log.atError().setCause(e).log("a pass of the reconciler broke off");
                }
                wake.await(nextLook());
            }
            sender.send(reports.of(lastView()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look, and what it leads to. */
    void pass() throws InterruptedException {
        TwinDocument document = source.read().orElse(null);
        if (document != null) {
            sender.seed(document);
        }
        Optional<Wish> asked = wishes.of(document);
        Optional<Wish> wish = asked.map(this::chosen);
        List<String> problems = look();
        PlanResult result = null;
        if (problems.isEmpty() && wish.isPresent()) {
            result = reconcile(wish.get(), problems);
        }
        DesiredStatus before = status;
        status = Outcome.of(wish.map(Wish::refusal), problems, result, current.values(), before);
        asked.flatMap(this::rolledBack).ifPresent(text -> status = DesiredStatus.failed(List.of(text)));
        if (result != null && result.waiting() && status.equals(before)) {
            sender.sendBeforeTheEnd(reports.of(view()));
        } else {
            sender.send(reports.of(view()));
        }
    }

    /** The wish itself, or the deployment to which it was rolled back. */
    private Wish chosen(Wish asked) {
        if (asked.refusal() != null || asked.manifest() == null || asked.document() == null) {
            return asked;
        }
        Trials.Choice choice = trials.choose(new Trials.Choice(asked.document(), asked.manifest()));
        return new Wish(choice.document().version(), choice.manifest(), choice.document(), null);
    }

    private Optional<String> rolledBack(Wish asked) {
        Optional<Rollback> back = asked.refusal() == null ? trials.rolledBack(asked.version()) : Optional.empty();
        back.ifPresent(b -> desiredVersion = b.version());
        return back.map(Rollback::text);
    }

    /** How long to wait for a wake: until a restart is due, or the period. */
    Duration nextLook() {
        Duration next = earlier(earlier(period, source.nextLook()), trials.nextLook());
        DeploymentManifest manifest = applied == null ? null : applied.manifest();
        if (manifest != null) {
            for (CurrentModule module : current.values()) {
                next = earlier(
                        next,
                        manifest.module(module.name())
                                .flatMap(w ->
                                        supervision.untilRestart(w, module, memories.of(module.name()), time.now())));
            }
        }
        return next.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : next;
    }

    private static Duration earlier(Duration one, Optional<Duration> other) {
        return other.filter(o -> o.compareTo(one) < 0).orElse(one);
    }

    void remember() {
        try {
            memories = memoryFile.read();
        } catch (IOException e) {
            log.atError().addKeyValue("reason", e.getMessage()).log("restart counts are lost, they start at zero");
        }
        try {
            trials.remember();
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("reason", e.getMessage())
                    .log("the last proven deployment cannot be read, the next one has nothing to go back to");
        }
    }

    /** Reads the modules; what went wrong. The last known ones stay where they cannot be read. */
    private List<String> look() {
        List<String> problems = new ArrayList<>();
        try {
            if (platform == null) {
                platform = daemon.platform();
            }
            Map<String, CurrentModule> now = new LinkedHashMap<>();
            daemon.modules().forEach(m -> now.put(m.name(), m));
            current = now;
        } catch (IOException e) {
            log.atWarn().addKeyValue("reason", e.getMessage()).log("cannot read the modules");
            problems.add(String.valueOf(e.getMessage()));
        }
        return problems;
    }

    /** Plans and runs; null where there is no plan. Problems with the disk are added, they stop nothing. */
    private @Nullable PlanResult reconcile(Wish wish, List<String> problems) throws InterruptedException {
        DeploymentManifest manifest = wish.manifest();
        if (manifest == null) {
            return null;
        }
        if (applied == null || applied.version() != wish.version()) {
            attempts = Attempts.none();
            deployingSince = time.nanos();
        }
        applied = wish;
        Plan plan = trials.updating()
                ? planner.planUpdate(manifest, current, memories, time.now())
                : planner.plan(manifest, current, memories, time.now());
        PlanResult result = runner.run(plan, manifest.runtime(), attempts);
        attempts = result.attempts();
        downloading = result.downloading();
        if (result.touched()) {
            look(); // for the report; a failure of it shows in the next pass
        }
        metrics.looked(manifest, current, time.nanos());
        troubles = Troubles.after(result, troubles, manifest, current);
        if (!result.waiting()) {
            measure(result);
        }
        if (wish.refusal() == null && (!result.waiting() || !result.failures().isEmpty())) {
            desiredVersion = wish.version();
        }
        keep(manifest, result, problems);
        lookAtTrial(manifest, result, problems);
        return result;
    }

    /** How long a deployment took that came to its end well. */
    private void measure(PlanResult result) {
        if (deployingSince != null
                && !result.results().isEmpty()
                && result.failures().isEmpty()) {
            metrics.deployed(Duration.ofNanos(time.nanos() - deployingSince));
        }
        deployingSince = null;
    }

    private void lookAtTrial(DeploymentManifest manifest, PlanResult result, List<String> problems) {
        try {
            if (trials.look(manifest, result.inPlace(), supervised(manifest))) {
                wake.run();
            }
        } catch (IOException e) {
            log.atError().addKeyValue("reason", e.getMessage()).log("cannot write the agent's files");
            problems.add("cannot write the agent's files: " + e.getMessage());
        }
    }

    /** The modules with the status that their restart policies make of what the engine says. */
    private Map<String, CurrentModule> supervised(DeploymentManifest manifest) {
        Map<String, CurrentModule> seen = new LinkedHashMap<>();
        current.forEach((name, module) -> seen.put(
                name,
                manifest.module(name)
                        .map(wish -> module.as(supervision.status(wish, module, memories.of(name))))
                        .orElse(module)));
        return seen;
    }

    private void keep(DeploymentManifest manifest, PlanResult result, List<String> problems) {
        Memories before = memories;
        for (var one : result.results()) {
            memories = memories.after(one.done(), time.now());
        }
        memories = memories.wishing(manifest, result.open());
        try {
            if (!memories.equals(before)) {
                memoryFile.write(memories);
            }
            wishes.keep();
        } catch (IOException e) {
            log.atError().addKeyValue("reason", e.getMessage()).log("cannot write the agent's files");
            problems.add("cannot write the agent's files: " + e.getMessage());
        }
    }

    private DeviceView view() {
        return new DeviceView(
                desiredVersion == null ? sender.reportedVersion() : desiredVersion,
                status,
                applied == null ? null : applied.manifest(),
                current,
                memories,
                troubles,
                downloading,
                platform);
    }

    /** After the agent has ended nobody knows how the modules are. */
    private DeviceView lastView() {
        status = DesiredStatus.NOT_RUNNING;
        Map<String, CurrentModule> unknown = new LinkedHashMap<>();
        current.forEach((name, module) -> unknown.put(name, module.unknown()));
        current = unknown;
        return view();
    }
}

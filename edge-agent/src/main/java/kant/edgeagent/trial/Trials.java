package kant.edgeagent.trial;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import kant.edgeagent.desired.TwinDocument;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.Fingerprint;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.world.Disk;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which deployment the modules are kept to: the wanted one, or the last proven one where the wanted one did not pass its trial.
 *
 * <pre>
 * a deployment comes        → on trial; its pulls are done before anything is touched
 * it is in place            → probation begins
 * its changed modules have run for the probation in one go          → proven
 * one of them is unwell when the probation is over, or restarts until twice its length is → taken back
 * </pre>
 *
 * A first deployment has nothing to go back to and stays. For the reconciler's thread.
 */
public final class Trials {
    private static final Logger log = LoggerFactory.getLogger(Trials.class);

    private final TrialRules rules;
    private final Fingerprint fingerprint;
    private final Function<TwinDocument, Optional<DeploymentManifest>> parser;
    private final TrialFile file;
    private final Time time;

    private @Nullable TwinDocument proven;
    private @Nullable DeploymentManifest provenManifest;
    private @Nullable Rollback rollback;

    // the trial that goes on
    private @Nullable TwinDocument tried;
    private Set<String> changed = Set.of();
    private Wellness wellness = new Wellness();
    private boolean begun;
    private long begunAt;

    /**
     * A deployment that is to be acted on.
     *
     * @param document null where only the manifest is known
     */
    public record Choice(TwinDocument document, DeploymentManifest manifest) {}

    /** @param parser a deployment's manifest, empty for one that is not good (any more) */
    public Trials(
            TrialRules rules,
            Fingerprint fingerprint,
            Function<TwinDocument, Optional<DeploymentManifest>> parser,
            Disk disk,
            Time time) {
        this.rules = rules;
        this.fingerprint = fingerprint;
        this.parser = parser;
        this.file = new TrialFile(disk);
        this.time = time;
    }

    /** Reads what an earlier run left. */
    public void remember() throws IOException {
        TrialFile.Content content = file.read();
        proven = content.proven();
        provenManifest = proven == null ? null : parser.apply(proven).orElse(null);
        rollback = content.rollback();
    }

    /** The deployment to act on where this one is wanted. */
    public Choice choose(Choice wanted) {
        if (!rules.rollback()) {
            return wanted;
        }
        long version = wanted.document().version();
        if (rollback != null && rollback.version() == version && proven != null && provenManifest != null) {
            return new Choice(proven, provenManifest);
        }
        if (proven != null
                && proven.version() == version
                && proven.desired().equals(wanted.document().desired())) {
            tried = null;
        } else if (tried == null || tried.version() != version) {
            begin(wanted);
        }
        return wanted;
    }

    private void begin(Choice wanted) {
        tried = wanted.document();
        changed = changed(wanted.manifest());
        wellness = new Wellness();
        begun = false;
        log.atInfo()
                .addKeyValue("desiredVersion", tried.version())
                .addKeyValue("changed", changed)
                .addKeyValue("probation", rules.probation())
                .log("deployment is on trial");
    }

    /** Whether an update is on trial: all its images are wanted before anything is touched. */
    public boolean updating() {
        return tried != null && provenManifest != null;
    }

    /** Why the wanted deployment is not the one that runs; empty if it is. */
    public Optional<Rollback> rolledBack(long version) {
        return Optional.ofNullable(rollback).filter(back -> back.version() == version);
    }

    /**
     * Looks how the deployment on trial fares.
     *
     * @param inPlace whether nothing of its plan is left but what has failed
     * @param current the modules as the restart policies see them
     * @return whether it was taken back, so that a new plan is due
     */
    public boolean look(DeploymentManifest manifest, boolean inPlace, Map<String, CurrentModule> current)
            throws IOException {
        TwinDocument document = tried;
        if (document == null) {
            return false;
        }
        long now = time.nanos();
        if (!begun && inPlace) {
            begun = true;
            begunAt = now;
        }
        if (!begun) {
            return false;
        }
        wellness.look(manifest, changed, current, now);
        if (wellness.longEnough(changed, rules.probation(), now)) {
            passed(document, manifest);
            return false;
        }
        List<String> unwell = wellness.unwell(manifest, changed, current);
        Duration age = Duration.ofNanos(now - begunAt);
        boolean over = age.compareTo(rules.probation()) >= 0;
        boolean longOver = age.compareTo(rules.probation().multipliedBy(2)) >= 0;
        if (provenManifest == null || !longOver && (!over || unwell.isEmpty())) {
            return false;
        }
        failed(document, unwell);
        return true;
    }

    /** When {@link #look} is due though nothing happens; empty if no trial goes on. */
    public Optional<Duration> nextLook() {
        if (tried == null || !begun) {
            return Optional.empty();
        }
        Duration left = rules.probation().minus(Duration.ofNanos(time.nanos() - begunAt));
        return Optional.of(left.isNegative() ? rules.probation() : left);
    }

    private void passed(TwinDocument document, DeploymentManifest manifest) throws IOException {
        log.atInfo().addKeyValue("desiredVersion", document.version()).log("deployment has passed its trial");
        proven = document;
        provenManifest = manifest;
        rollback = null;
        tried = null;
        file.write(new TrialFile.Content(document, null));
    }

    private void failed(TwinDocument document, List<String> unwell) throws IOException {
        long back = proven == null ? 0 : proven.version();
        String reason = unwell.isEmpty() ? "modules restart again and again" : String.join("; ", unwell);
        rollback = new Rollback(document.version(), back, reason);
        tried = null;
        log.atError()
                .addKeyValue("desiredVersion", document.version())
                .addKeyValue("restored", back)
                .addKeyValue("reason", reason)
                .log("deployment has not passed its trial and is rolled back");
        file.write(new TrialFile.Content(proven, rollback));
    }

    /** The modules that the proven deployment has not, or has otherwise. */
    private Set<String> changed(DeploymentManifest manifest) {
        Set<String> names = new HashSet<>();
        for (DesiredModule module : manifest.modules().values()) {
            DesiredModule before =
                    provenManifest == null ? null : provenManifest.modules().get(module.name());
            if (before == null
                    || before.status() != module.status()
                    || !fingerprint.of(before).equals(fingerprint.of(module))) {
                names.add(module.name());
            }
        }
        return names;
    }
}

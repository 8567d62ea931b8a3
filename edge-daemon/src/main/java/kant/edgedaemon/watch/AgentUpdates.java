package kant.edgedaemon.watch;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.ModuleState;
import kant.daemonapi.management.ModuleStatus;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.unix.Peer;
import kant.edgedaemon.api.CallerCheck;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.Modules;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's update of itself as a transaction. A new agent is on probation: it must be running at the end of it and have asked for
 * its modules since it last started; one that ends three times before is not waited for. One that does not pass is replaced by the last
 * that did, and asking for it again is refused for an hour, which the restored agent says in the twin.
 *
 * <p>Requests come on any thread, judging belongs to the watch's; engine calls are made without holding the lock.
 */
public final class AgentUpdates implements ModuleWatch.Probation {
    private static final Logger log = LoggerFactory.getLogger(AgentUpdates.class);
    private static final String AGENT = "edgeAgent";
    private static final int MOST_ENDS = 3;

    /** Long enough not to wear the device out, short enough for a cause that passes. */
    private static final Duration REFUSED_FOR = Duration.ofHours(1);

    private static final int CONFLICT = 409;

    private final Modules modules;
    private final WatchedSpec bootstrap;
    private final CallerCheck callers;
    private final PrivateFiles files;
    private final ProbationRules rules;
    private final Time time;

    private AgentRecord record;
    private boolean replacing;

    // the probation that goes on, since this daemon began it
    private long beganAt;
    private boolean heard;
    private int ends;
    private @Nullable Instant lastEnd;

    private AgentUpdates(
            Modules modules,
            WatchedSpec bootstrap,
            CallerCheck callers,
            PrivateFiles files,
            ProbationRules rules,
            Time time) {
        this.modules = modules;
        this.bootstrap = bootstrap;
        this.callers = callers;
        this.files = files;
        this.rules = rules;
        this.time = time;
        this.record = read(files);
        this.beganAt = time.nanos();
    }

    /**
     * Reads what an earlier daemon knew; a probation that it did not see to its end begins anew.
     *
     * @param bootstrap the agent of the configuration, to go back to where no update ever passed
     */
    public static AgentUpdates open(
            Modules modules,
            WatchedSpec bootstrap,
            CallerCheck callers,
            PrivateFiles files,
            ProbationRules rules,
            Time time) {
        return new AgentUpdates(modules, bootstrap, callers, files, rules, time);
    }

    private static AgentRecord read(PrivateFiles files) {
        try {
            return AgentRecord.read(files);
        } catch (IOException e) { // the device must run; the agent that runs is as good as any
            log.atError().addKeyValue("reason", e.getMessage()).log("what was known of the agent's updates is lost");
            return AgentRecord.NONE;
        }
    }

    /** Refuses a spec that did not pass its probation lately. */
    public synchronized void admit(ModuleSpec spec) throws EngineException {
        AgentRecord.Refused refused = record.refused();
        if (refused == null || !refused.digest().equals(SpecDigest.of(spec))) {
            return;
        }
        Instant again = refused.at().plus(REFUSED_FOR);
        if (time.now().isBefore(again)) {
            throw new EngineException(
                    CONFLICT,
                    "the agent \"" + spec.image() + "\" was tried and taken back: " + refused.reason()
                            + "; the last good agent runs again. Deploy another one; this one is not tried again before "
                            + again,
                    null);
        }
    }

    /** Puts the new agent in the old one's place and starts it; what goes wrong brings the old one back. */
    public void replace(ModuleSpec spec) throws IOException {
        synchronized (this) {
            replacing = true;
            record = rules.rollback() ? record.trying(spec) : record;
            record.write(files);
        }
        try {
            modules.replace(spec);
            modules.start(AGENT);
        } catch (EngineException e) {
            takeBack(spec, "it cannot be started: " + e.getMessage());
            throw e;
        } finally {
            begin();
        }
    }

    private synchronized void begin() {
        replacing = false;
        beganAt = time.nanos();
        heard = false;
        ends = 0;
        lastEnd = null;
    }

    /** Somebody asked for the modules; on probation it matters whether that was the agent. */
    public void heard(Peer peer) throws EngineException {
        synchronized (this) {
            if (record.trial() == null || heard) {
                return;
            }
        }
        if (callers.isAgent(peer)) {
            synchronized (this) {
                heard = true;
            }
        }
    }

    @Override
    public synchronized boolean busy() {
        return replacing;
    }

    /** Judges a probation that goes on; in how long to look again, empty where there is none. */
    @Override
    public Optional<Duration> look() throws IOException {
        ModuleSpec trial;
        boolean refusedAlready;
        synchronized (this) {
            trial = record.trial();
            if (trial == null) {
                return Optional.empty();
            }
            refusedAlready = record.refused() != null;
        }
        Optional<ModuleDetails> now = find();
        if (now.isEmpty() || now.get().label(SpecDigest.LABEL) != null) {
            set(record().withoutTrial()); // an earlier daemon was ended between the old one and the new
            return Optional.empty();
        }
        if (refusedAlready) {
            restore(trial); // and one that was ended while it took the update back
            return Optional.empty();
        }
        return judge(trial, now.get().status());
    }

    private Optional<Duration> judge(ModuleSpec trial, ModuleStatus status) throws IOException {
        int ended = count(status);
        if (ended >= MOST_ENDS) {
            takeBack(trial, "it ended " + ended + " times" + lastCode(status));
            return Optional.empty();
        }
        Duration left;
        boolean spoke;
        synchronized (this) {
            left = rules.probation().minus(Duration.ofNanos(time.nanos() - beganAt));
            spoke = heard;
        }
        if (left.isPositive()) {
            return Optional.of(left);
        }
        if (status.state() == ModuleState.RUNNING && spoke) {
            set(record().passed());
            log.atInfo().addKeyValue("image", trial.image()).log("the new agent has passed its probation");
        } else {
            String how = status.state() == ModuleState.RUNNING
                    ? "it runs but did not ask for its modules"
                    : "it is " + status.state().text() + lastCode(status);
            takeBack(trial, how + " within " + rules.probation().toSeconds() + " s");
        }
        return Optional.empty();
    }

    /** How often it has ended so far; what an earlier run did does not count for the next one. */
    private synchronized int count(ModuleStatus status) {
        ModuleStatus.Exit exit = status.exit();
        if (exit != null
                && status.state() != ModuleState.RUNNING
                && !exit.time().equals(lastEnd)) {
            lastEnd = exit.time();
            ends++;
            heard = false;
        }
        return ends;
    }

    private static String lastCode(ModuleStatus status) {
        return status.exit() == null
                ? ""
                : ", the last exit code is " + status.exit().code();
    }

    private void takeBack(ModuleSpec trial, String reason) throws IOException {
        if (!rules.rollback()) {
            return;
        }
        log.atError()
                .addKeyValue("image", trial.image())
                .addKeyValue("reason", reason)
                .log("the agent's update is taken back");
        set(record().refusing(new AgentRecord.Refused(SpecDigest.of(trial), reason, time.now())));
        restore(trial);
    }

    private void restore(ModuleSpec trial) throws IOException {
        ModuleSpec proven = record().proven();
        ModuleSpec good = proven != null ? proven : SpecDigest.labelled(bootstrap.fresh());
        try {
            put(unpulled(good));
        } catch (EngineException e) {
            if (!e.isNotFound()) {
                throw e;
            }
            put(good); // somebody removed its image
        }
        modules.start(AGENT);
        set(record().withoutTrial());
        log.atInfo()
                .addKeyValue("image", good.image())
                .addKeyValue("insteadOf", trial.image())
                .log("the last good agent runs again");
    }

    private void put(ModuleSpec good) throws EngineException {
        if (find().isEmpty()) {
            modules.create(good);
        } else {
            modules.replace(good);
        }
    }

    /** Its image is here, for it ran; no registry must be needed to go back. */
    private static ModuleSpec unpulled(ModuleSpec spec) {
        return new ModuleSpec(
                spec.name(),
                spec.type(),
                PullPolicy.NEVER,
                spec.image(),
                spec.createOptions(),
                spec.auth(),
                spec.digest(),
                spec.env());
    }

    private Optional<ModuleDetails> find() throws EngineException {
        try {
            return Optional.of(modules.inspect(AGENT));
        } catch (EngineException e) {
            if (e.isNotFound()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private synchronized AgentRecord record() {
        return record;
    }

    private synchronized void set(AgentRecord next) throws IOException {
        next.write(files);
        record = next;
    }
}

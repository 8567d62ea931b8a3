package kant.iothub.deploy;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.iothub.error.HubRefusedException;
import kant.iothub.query.QueryException;
import kant.iothub.registry.EvaluationQueue;
import kant.iothub.sql.Database;
import kant.iothub.sql.Sql;
import kant.iothub.twin.DesiredChange;
import kant.iothub.twin.TwinSearch;
import kant.iothub.twin.Twins;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the devices of the {@link EvaluationQueue}, a few at a time: one task, one short transaction after the other, so
 * that whoever else wants to write waits for one of them at most. What is noted survives the hub; {@link #start} goes on.
 */
public final class Rollout implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Rollout.class);

    /** A transaction ends with the first of the two. */
    private static final int MOST_DEVICES = 100;

    private static final Duration LONGEST = Duration.ofMillis(50);

    /** After the disk failed, or somebody kept the database for long. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final Database database;
    private final Twins twins;
    private final TwinSearch search;
    private final Deployer deployer;
    private final Tasks tasks;
    private final Time time;
    private Map<String, TargetCondition> conditions = new HashMap<>(); // the task's own
    private boolean running; // guarded by this, as are both below
    private boolean asked;
    private boolean closed;

    public Rollout(Database database, Twins twins, TwinSearch search, Deployer deployer, Tasks tasks, Time time) {
        this.database = database;
        this.twins = twins;
        this.search = search;
        this.deployer = deployer;
        this.tasks = tasks;
        this.time = time;
    }

    /** Begins to listen, and with what was noted before. */
    public void start(EvaluationQueue evaluations) {
        evaluations.listen(this::wake);
        wake();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private synchronized void wake() {
        asked = true;
        if (!running && !closed) {
            running = true;
            tasks.spawn("rollout of deployments", this::run);
        }
    }

    private void run() {
        while (takeAsked()) {
            try {
                while (!isClosed() && batch()) {
                    // the next one
                }
            } catch (IOException | HubRefusedException e) {
                log.atWarn()
                        .addKeyValue("reason", e.getMessage())
                        .log("deployments could not be rolled out, will try again");
                tasks.after(PAUSE, "rollout of deployments", this::wake);
            }
        }
    }

    /** Whether there may be something to do; where not, the task has ended for everybody. */
    private synchronized boolean takeAsked() {
        running = asked && !closed;
        asked = false;
        return running;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Returns whether there may be more. */
    private boolean batch() throws IOException, HubRefusedException {
        Batch done = database.write(this::batch, batch -> twins.tell(batch.changes()));
        if (!done.changes().isEmpty()) {
            log.atInfo()
                    .addKeyValue("devices", done.devices())
                    .addKeyValue("modules", done.changes().size())
                    .log("automatic deployments rolled out");
        }
        return done.devices() > 0;
    }

    private Batch batch(Sql sql) throws SQLException {
        long end = time.nanos() + LONGEST.toNanos();
        List<Noted> noted = sql.list(
                row -> new Noted(row.getString(1), row.getInt(2) == 1),
                "SELECT device_id, anew FROM evaluations ORDER BY device_id LIMIT ?",
                MOST_DEVICES);
        if (noted.isEmpty()) {
            return new Batch(0, List.of());
        }
        var evaluation = new DeviceEvaluation(sql, search, deployer, candidates(sql));
        List<DesiredChange> changes = new ArrayList<>();
        int devices = 0;
        for (Noted device : noted) {
            changes.addAll(evaluated(sql, evaluation, device));
            sql.run("DELETE FROM evaluations WHERE device_id = ?", device.id());
            devices++;
            if (time.nanos() - end >= 0) {
                break;
            }
        }
        return new Batch(devices, changes);
    }

    /** A bug that one device brings to light must not keep the others waiting. */
    private static List<DesiredChange> evaluated(Sql sql, DeviceEvaluation evaluation, Noted device)
            throws SQLException {
        sql.run("SAVEPOINT evaluation");
        try {
            return evaluation.evaluate(device.id(), device.anew());
        } catch (RuntimeException e) {
            sql.run("ROLLBACK TO evaluation");
            log.atError().addKeyValue("device", device.id()).setCause(e).log("evaluating a device met a bug");
            return List.of();
        } finally {
            sql.run("RELEASE evaluation");
        }
    }

    /** Conditions are compiled once, and forgotten with their configuration. */
    private List<Candidate> candidates(Sql sql) throws SQLException {
        Map<String, TargetCondition> used = new HashMap<>();
        List<Candidate> candidates = new ArrayList<>();
        for (Candidate.Row row : ConfigurationTable.candidates(sql)) {
            TargetCondition target = conditions.get(row.condition());
            if (target == null) {
                target = compiled(row);
            }
            used.put(row.condition(), target);
            candidates.add(row.with(target));
        }
        conditions = used;
        return candidates;
    }

    private static TargetCondition compiled(Candidate.Row row) {
        try {
            return TargetCondition.parse(row.condition());
        } catch (QueryException e) {
            // it was understood when it was put: an older version of the language had it
            log.atWarn()
                    .addKeyValue("configuration", row.id())
                    .addKeyValue("reason", e.reason())
                    .log("a target condition is not understood any more; the configuration has no targets");
            return new TargetCondition.None();
        }
    }

    private record Noted(String id, boolean anew) {}

    private record Batch(int devices, List<DesiredChange> changes) {}
}

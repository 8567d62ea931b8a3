package kant.iothub.registry;

import java.sql.SQLException;
import kant.iothub.sql.Sql;

/**
 * Edge devices whose automatic deployments have to be looked at again. They are noted in the transaction that gives the
 * reason, so none is forgotten when the hub ends; whoever looks at them is told once that is on disk.
 */
public final class EvaluationQueue {
    /** One edge device, where there are configurations at all: without any there is nothing to look at. */
    private static final String DEVICE =
            "FROM devices WHERE id = ? AND edge = 1 AND EXISTS (SELECT 1 FROM configurations)";

    private volatile Runnable listener = () -> {};

    /** Whether anything was noted that the listener was not told of; changes only while its writer has the database. */
    private volatile boolean untold;

    /** @param newListener told that something was noted; must not block */
    public void listen(Runnable newListener) {
        listener = newListener;
    }

    /** What may decide which configurations a device is a target of has changed: the device itself or its tags. */
    public void note(Sql sql, String deviceId) throws SQLException {
        changed(sql.run("INSERT OR IGNORE INTO evaluations SELECT id, 0 " + DEVICE, deviceId));
    }

    /** What a deployment wrote to a device may be there no longer. */
    public void noteAnew(Sql sql, String deviceId) throws SQLException {
        changed(sql.run("INSERT OR REPLACE INTO evaluations SELECT id, 1 " + DEVICE, deviceId));
    }

    /** A configuration has changed: any device may be its target. */
    public void noteAll(Sql sql) throws SQLException {
        changed(sql.run("INSERT OR IGNORE INTO evaluations SELECT id, 0 FROM devices WHERE edge = 1"));
    }

    /** To be called once what a transaction may have noted is on disk, and before another one begins. */
    public void noted() {
        if (untold) {
            untold = false;
            listener.run();
        }
    }

    private void changed(int rows) {
        untold |= rows > 0;
    }
}

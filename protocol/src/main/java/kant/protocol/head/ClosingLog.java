package kant.protocol.head;

import kant.protocol.net.LineBudget;
import kant.world.Time;
import org.slf4j.Logger;

/** One line for each connection that ended, saying what and where, but no more than a person can read. */
public final class ClosingLog {
    private final Logger log;
    private final Time time;
    private final LineBudget budget;

    public ClosingLog(Logger log, Time time) {
        this.log = log;
        this.time = time;
        budget = new LineBudget(time.nanos());
    }

    /**
     * Writes one line, unless there have been too many.
     *
     * @param client who it claims to be, empty where nobody yet
     */
    public void write(Ending ending, String peer, String client) {
        if (!log.isEnabledForLevel(ending.level())) {
            return;
        }
        long before = budget.spend(time.nanos());
        if (before == LineBudget.NONE) {
            return;
        }
        var line = log.atLevel(ending.level())
                .addKeyValue("peer", peer)
                .addKeyValue("client", client)
                .addKeyValue("reason", ending.reason());
        if (before > 0) {
            line = line.addKeyValue("linesSuppressed", before);
        }
        (ending.bug() == null ? line : line.setCause(ending.bug())).log(ending.message());
    }
}

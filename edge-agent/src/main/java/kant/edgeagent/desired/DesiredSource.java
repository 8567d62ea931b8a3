package kant.edgeagent.desired;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Where desired properties come from and reported ones go. For the reconciler's thread, which may wait in it, bounded. */
public interface DesiredSource extends AutoCloseable {

    /** The desired properties as they stand now; empty as long as there are none to be had. */
    Optional<TwinDocument> read() throws InterruptedException;

    /** When {@link #read} should be called again even if nothing wakes the reconciler; empty if there is no reason to. */
    Optional<Duration> nextLook();

    /** Keeps a document that turned out good, unless it is kept already. */
    void keep(TwinDocument good) throws IOException;

    /** Sends reported properties; whether they were taken. */
    boolean report(ObjectNode patch) throws InterruptedException;

    /** The last good document that is on disk, from this or an earlier run; empty if there is none that can be read. */
    Optional<TwinDocument> lastGood();

    @Override
    void close();
}

package kant.edgedaemon.watch;

import java.io.IOException;
import kant.daemonapi.management.ModuleSpec;

/** What the watched module is to be run from. */
public interface WatchedSpec {

    /** The module's name. */
    String name();

    /** With the identity as last seen; asks the parent only if it was never seen. */
    ModuleSpec remembered() throws IOException;

    /** With the identity's keys given to the parent again, if it can be reached. */
    ModuleSpec fresh() throws IOException;
}

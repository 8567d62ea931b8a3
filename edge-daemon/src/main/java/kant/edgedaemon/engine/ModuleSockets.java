package kant.edgedaemon.engine;

import java.io.IOException;

/** The workload sockets of modules, one each. */
public interface ModuleSockets {

    /** Refuses a name whose socket could not be made. */
    void check(String module) throws EngineException;

    /** Makes and serves the module's socket; does nothing where it is served. */
    void open(String module) throws IOException;

    /** Ends and removes the module's socket. */
    void close(String module);
}

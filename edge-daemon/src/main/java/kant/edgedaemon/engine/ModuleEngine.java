package kant.edgedaemon.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import kant.daemonapi.management.ModuleDetails;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.RegistryAuth;

/**
 * Runs modules. All calls block, on virtual threads; a module that does not exist is an {@link EngineException} with 404. Calls for
 * one module come one after another, for different modules at once.
 */
public interface ModuleEngine extends AutoCloseable {

    /** {@code docker} or {@code process}. */
    String kind();

    /** The engine's version, for people. */
    String version() throws EngineException;

    /** The modules there are, running or not. */
    List<ModuleDetails> list() throws EngineException;

    /** One module. */
    ModuleDetails inspect(String module) throws EngineException;

    /** Makes the image of the spec present, from wherever the engine takes images. */
    void pull(ModuleSpec spec) throws EngineException;

    /**
     * Asks the registry whether it takes these credentials.
     *
     * @throws EngineException with 401 where it does not, with another status where it could not be asked
     */
    void checkLogin(RegistryAuth auth) throws EngineException;

    /** Refuses a spec that it could not make, and an image that may not run; called before what runs now is touched. */
    void check(ModuleSpec spec) throws EngineException;

    /** All digests that the spec's image, which must be present, is known by: {@code sha256:…}. */
    List<String> digests(ModuleSpec spec) throws EngineException;

    /** Makes the module, which does not run yet; its image must be present. */
    void create(ModuleSpec spec) throws EngineException;

    /** Starts it; does nothing to one that runs. */
    void start(String module) throws EngineException;

    /**
     * How long the module may take to end when it is asked to: what its create options say ({@code StopTimeout}), else what the caller
     * holds usual.
     */
    Duration grace(String module, Duration usual) throws EngineException;

    /** Asks it to end, waits for the grace, then ends it; does nothing to one that does not run. */
    void stop(String module, Duration grace) throws EngineException;

    /** Removes it, running or not; what it keeps outside (volumes, its data folder) stays. */
    void remove(String module) throws EngineException;

    /** Its log as frames (see {@code LogFrames}); closing the stream, also from another thread, ends a following read. */
    InputStream logs(String module, LogQuery query) throws EngineException;

    /** Whether this process of the machine runs inside the module. */
    boolean owns(String module, int pid) throws EngineException;

    /** One object per running module, in the form of Docker's stats. */
    List<JsonNode> stats() throws EngineException;

    /**
     * Whether modules see their workload socket only as it was at their start, so that a socket made anew (after a crash of this
     * daemon) is out of their sight until they start again.
     */
    boolean pinsSockets();

    /** Calls when some module started, stopped or went; spurious calls happen. */
    void onChange(Runnable listener);

    /** Lets go of the engine; modules are not touched. */
    @Override
    void close();
}

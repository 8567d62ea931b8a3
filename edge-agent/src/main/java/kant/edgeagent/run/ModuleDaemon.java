package kant.edgeagent.run;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import kant.daemonapi.management.BundleOptions;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.LogFrames;
import kant.daemonapi.management.LogOptions;
import kant.daemonapi.management.ModuleSpec;
import kant.edgeagent.plan.CurrentModule;

/**
 * What the agent asks of the daemon. Blocking; the message of an {@link IOException} says which call failed and why, fit
 * for the reported properties.
 */
public interface ModuleDaemon {

    List<CurrentModule> modules() throws IOException;

    void pull(ModuleSpec spec) throws IOException;

    void create(ModuleSpec spec) throws IOException;

    void update(ModuleSpec spec) throws IOException;

    void updateAndStart(ModuleSpec spec) throws IOException;

    void start(String module) throws IOException;

    void stop(String module) throws IOException;

    void restart(String module) throws IOException;

    void remove(String module) throws IOException;

    /** A module's log; close it. */
    LogFrames logs(String module, LogOptions options) throws IOException;

    /** What the daemon gathers for somebody who looks for a fault, as a zip archive; close it. */
    InputStream supportBundle(BundleOptions options) throws IOException;

    List<Identity> identities() throws IOException;

    Identity createIdentity(String moduleId) throws IOException;

    Identity updateIdentity(Identity identity) throws IOException;

    void deleteIdentity(String moduleId) throws IOException;

    Platform platform() throws IOException;

    /** What the daemon says of the machine and itself, as reported under {@code runtime.platform}. */
    record Platform(String os, String architecture, String version) {}
}

package kant.edgedaemon.api;

import kant.daemonapi.unix.Peer;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.ModuleEngine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who calls: the process at the other end must run inside the module, and where the socket is one module's own, that must be the one.
 * Asked anew for each request, for pids are used again.
 */
public final class CallerCheck {
    private static final int SERVER_ERROR = 500;
    private static final Logger log = LoggerFactory.getLogger(CallerCheck.class);
    private static final String AGENT = "edgeAgent";

    private final ModuleEngine engine;
    private final boolean trustSocketModes;

    /** @param trustSocketModes lets a peer pass whose pid the platform does not tell */
    public CallerCheck(ModuleEngine engine, boolean trustSocketModes) {
        this.engine = engine;
        this.trustSocketModes = trustSocketModes;
    }

    /**
     * Whether the caller is a module.
     *
     * @param moduleId with or without its {@code $}
     * @param socketOf whose socket the call came through; null for a socket that is nobody's own
     * @throws EngineException where the engine cannot say it now, which is no refusal: the caller may try again
     */
    public boolean isModule(String moduleId, @Nullable String socketOf, Peer peer) throws EngineException {
        String module = containerName(moduleId);
        if (socketOf != null && !socketOf.equals(module)) {
            return false;
        }
        if (!peer.hasPid()) {
            return trustSocketModes;
        }
        try {
            return engine.owns(module, peer.pid());
        } catch (EngineException e) {
            if (e.status() >= SERVER_ERROR) {
                throw e;
            }
            log.atDebug()
                    .addKeyValue("module", module)
                    .addKeyValue("reason", e.getMessage())
                    .log("caller is not known");
            return false;
        }
    }

    /** Whether the caller is the agent. */
    public boolean isAgent(Peer peer) throws EngineException {
        return isModule(AGENT, null, peer);
    }

    /** Whether the platform tells who calls, or that does not matter. */
    public boolean knows(Peer peer) {
        return peer.hasPid() || trustSocketModes;
    }

    /** The name that a module runs by: its id without {@code $}. */
    public static String containerName(String moduleId) {
        return moduleId.replaceFirst("^\\$+", "");
    }
}

package kant.edgedaemon.workload;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kant.daemonapi.unix.SocketPath;
import kant.daemonapi.unix.UnixHttpServer;
import kant.daemonapi.unix.UnixServerConfig;
import kant.edgedaemon.api.CallerCheck;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Router;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.ModuleSockets;
import kant.protocol.net.EventLoops;
import kant.world.Tasks;

/**
 * One workload socket per module, {@code MODULE.sock}: the file's name is contract, for the agent computes it. Open to all users (0666):
 * a container's user is anybody; who calls is checked per request.
 */
public final class WorkloadSockets implements ModuleSockets, AutoCloseable {
    private static final String MODE = "rw-rw-rw-";

    private final Path folder;
    private final int connections;
    private final EventLoops loops;
    private final Tasks tasks;
    private final List<Route> routes;
    private final CallerCheck callers;
    private final Map<String, UnixHttpServer> servers = new ConcurrentHashMap<>();

    /** @param connections at once, per user and module */
    public WorkloadSockets(
            Path folder, int connections, EventLoops loops, Tasks tasks, List<Route> routes, CallerCheck callers) {
        this.folder = folder;
        this.connections = connections;
        this.loops = loops;
        this.tasks = tasks;
        this.routes = routes;
        this.callers = callers;
    }

    @Override
    public void check(String module) throws EngineException {
        try {
            SocketPath.address(path(module));
        } catch (IOException e) {
            throw EngineException.badSpec("module \"" + module + "\" cannot have a workload socket: " + e.getMessage());
        }
    }

    @Override
    public synchronized void open(String module) throws IOException {
        if (!servers.containsKey(module)) {
            var config = UnixServerConfig.of(path(module), MODE, connections);
            servers.put(
                    module, UnixHttpServer.start(config, loops.group(), tasks, new Router(routes, callers, module)));
        }
    }

    @Override
    public synchronized void close(String module) {
        UnixHttpServer server = servers.remove(module);
        if (server != null) {
            server.close();
        }
    }

    @Override
    public synchronized void close() {
        servers.values().forEach(UnixHttpServer::close);
        servers.clear();
    }

    private Path path(String module) {
        return folder.resolve(module + ".sock");
    }
}

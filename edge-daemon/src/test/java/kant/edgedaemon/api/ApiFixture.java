package kant.edgedaemon.api;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixHttpServer;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.daemonapi.unix.UnixServerConfig;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.certs.DeviceCa;
import kant.edgedaemon.certs.ModuleCertificates;
import kant.edgedaemon.certs.TrustBundle;
import kant.edgedaemon.config.DaemonConfig.EdgeCa;
import kant.edgedaemon.config.DaemonConfig.Provisioning;
import kant.edgedaemon.config.Secret;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.engine.FakeEngine;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.identity.Identities;
import kant.edgedaemon.identity.ScriptedParent;
import kant.edgedaemon.image.SignaturePolicy;
import kant.edgedaemon.keys.ModuleCipher;
import kant.edgedaemon.keys.ModuleKeys;
import kant.edgedaemon.management.ManagementRoutes;
import kant.edgedaemon.management.RegistryRoutes;
import kant.edgedaemon.registry.RegistryLogins;
import kant.edgedaemon.watch.AgentUpdates;
import kant.edgedaemon.watch.ProbationRules;
import kant.edgedaemon.watch.WatchedSpec;
import kant.edgedaemon.workload.WorkloadRoutes;
import kant.edgedaemon.workload.WorkloadSockets;
import kant.protocol.net.EventLoops;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;

/** Both APIs on real sockets, above an engine and a parent in memory. */
public final class ApiFixture implements AutoCloseable {
    public static final String VERSION = "api-version=2018-06-28";
    private static final Duration LIMIT = Duration.ofSeconds(20);

    public final FakeEngine engine = new FakeEngine();
    public final ScriptedParent parent = new ScriptedParent();
    public final MovableTime time = new MovableTime(Instant.parse("2026-11-25T00:00:00Z"));
    public final Tasks tasks = Tasks.virtual("test");
    public final Path folder;
    public final ModuleKeys keys;
    public final Identities identities;
    public final DeviceCa ca;
    public final WorkloadSockets sockets;
    public final Modules modules;

    private final EventLoops loops = EventLoops.start(1);
    private final UnixHttpServer management;
    private final UnixHttpServer workload;

    public ApiFixture(Path folder) throws IOException {
        this.folder = folder;
        var files = new PrivateFiles(new FileDisk(folder.resolve("private")));
        keys = ModuleKeys.open(files, Randomness.secure());
        var device = new Provisioning("hub.local", "gw-01", new Secret("c2VjcmV0LXNlY3JldA=="));
        identities = Identities.open(parent, device, keys, files, time);
        ca = DeviceCa.open(new EdgeCa(null, null, 90, ""), "gw-01", files, time, Randomness.secure());
        var routes = new WorkloadRoutes(
                identities,
                keys,
                ModuleCipher.open(files, Randomness.secure()),
                new ModuleCertificates(ca, time),
                TrustBundle.open(ca, null));
        var callers = new CallerCheck(engine, false);
        sockets = new WorkloadSockets(folder, 3, loops, tasks, routes.routes(engine), callers);
        RegistryLogins logins = RegistryLogins.open(files);
        modules = new Modules(engine, sockets, SignaturePolicy.NONE, logins::fill);
        workload = serve("workload.sock", new Router(routes.routes(engine), callers, null));
        var updates = AgentUpdates.open(
                modules, new NoAgent(), callers, files, new ProbationRules(true, Duration.ofSeconds(60)), time);
        management = serve(
                "mgmt.sock",
                new Router(
                        Stream.of(
                                        new ManagementRoutes(modules, identities, updates, tasks, time, "0.1.0")
                                                .routes(),
                                        new RegistryRoutes(modules, logins).routes())
                                .flatMap(List::stream)
                                .toList(),
                        callers,
                        null));
    }

    private UnixHttpServer serve(String name, Router router) throws IOException {
        return UnixHttpServer.start(
                UnixServerConfig.of(folder.resolve(name), "rw-rw----", 50), loops.group(), tasks, router);
    }

    /** A client of one of the sockets: {@code mgmt}, {@code workload} or a module's name. */
    public UnixHttpClient client(String socket) {
        return new UnixHttpClient(folder.resolve(socket + ".sock"), tasks);
    }

    public UnixReply call(String socket, UnixRequest request) throws IOException {
        return client(socket).call(request, LIMIT);
    }

    public UnixReply call(String socket, String method, String target) throws IOException {
        return call(socket, UnixRequest.of(method, target));
    }

    @Override
    public void close() {
        management.close();
        workload.close();
        sockets.close();
        tasks.close();
        loops.close();
    }

    /** Where nothing is ever restored. */
    private static final class NoAgent implements WatchedSpec {
        @Override
        public String name() {
            return "edgeAgent";
        }

        @Override
        public ModuleSpec remembered() {
            throw new AssertionError("nobody goes back to the first agent here");
        }

        @Override
        public ModuleSpec fresh() {
            throw new AssertionError("nobody goes back to the first agent here");
        }
    }
}

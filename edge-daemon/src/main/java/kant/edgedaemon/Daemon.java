package kant.edgedaemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.daemonapi.unix.UnixHttpServer;
import kant.daemonapi.unix.UnixServerConfig;
import kant.edgedaemon.api.CallerCheck;
import kant.edgedaemon.api.Route;
import kant.edgedaemon.api.Router;
import kant.edgedaemon.certs.DeviceCa;
import kant.edgedaemon.certs.ModuleCertificates;
import kant.edgedaemon.certs.TrustBundle;
import kant.edgedaemon.config.DaemonConfig;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.engine.ModuleEngine;
import kant.edgedaemon.engine.Modules;
import kant.edgedaemon.engine.StopAll;
import kant.edgedaemon.identity.Identities;
import kant.edgedaemon.identity.ParentCall;
import kant.edgedaemon.keys.ModuleCipher;
import kant.edgedaemon.keys.ModuleKeys;
import kant.edgedaemon.management.ManagementRoutes;
import kant.edgedaemon.management.RegistryRoutes;
import kant.edgedaemon.provision.DeviceRecord;
import kant.edgedaemon.registry.RegistryLogins;
import kant.edgedaemon.watch.AgentUpdates;
import kant.edgedaemon.watch.ModuleWatch;
import kant.edgedaemon.watch.ProbationRules;
import kant.edgedaemon.watch.RuntimeSpec;
import kant.edgedaemon.workload.WorkloadRoutes;
import kant.edgedaemon.workload.WorkloadSockets;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ClientTls;
import kant.upstream.ParentConfig;
import kant.upstream.http.HttpReply;
import kant.upstream.http.ParentHttp;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon at work: built bottom-up by {@link #open}, set going by {@link #begin}, taken down top-down by {@link #close}, which stops the modules. It needs no
 * network to start: identities are as last seen, keys and certificates are its own.
 */
public final class Daemon implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Daemon.class);
    private static final String MANAGEMENT_MODE = "rw-rw----";
    private static final String WORKLOAD_MODE = "rw-rw-rw-";

    private final DaemonConfig config;
    private final World world;
    private final OpenParts parts;
    private final Identities identities;
    private final ModuleEngine engine;
    private final Modules modules;
    private final AgentUpdates updates;
    private final CaRenewal caRenewal;
    private final ModuleWatch watch;

    /**
     * What the daemon takes of its surroundings.
     *
     * @param version of the daemon
     */
    record World(Tasks tasks, Time time, Randomness randomness, Engines.Surroundings surroundings, String version) {}

    private Daemon(DaemonConfig config, World world, OpenParts parts) throws IOException, GeneralSecurityException {
        this.config = config;
        this.world = world;
        this.parts = parts;
        Path data = privateFolder(config.folders().data());
        parts.keep(DataLock.take(data));
        var loops = parts.keep(EventLoops.start(1));
        requirePeerPids(loops);
        PrivateFiles keyFiles = files("keys");
        ModuleKeys keys = ModuleKeys.open(keyFiles, world.randomness());
        ModuleCipher cipher = ModuleCipher.open(keyFiles, world.randomness());
        DeviceCa ca = DeviceCa.open(
                config.edgeCa(), config.provisioning().deviceId(), files("certs"), world.time(), world.randomness());
        TrustBundle trustBundle = TrustBundle.open(ca, config.trustBundle());
        Path published = data.resolve("ca.pem");
        trustBundle.publish(published);
        ParentCall parent = parent(loops, trustBundle);
        identities = Identities.open(parent, config.provisioning(), keys, files("identities"), world.time());
        engine = parts.keep(Engines.open(config, world));
        var callers = new CallerCheck(engine, config.behaviour().trustSocketModes());
        var workload =
                new WorkloadRoutes(identities, keys, cipher, new ModuleCertificates(ca, world.time()), trustBundle);
        var perModule = serveWorkload(loops, callers, workload.routes(engine));
        RegistryLogins logins = RegistryLogins.open(files("registries"));
        modules = new Modules(engine, perModule, config.engine().images().policy(), logins::fill);
        updates = updates(callers);
        serveManagement(loops, callers, logins);
        caRenewal = new CaRenewal(ca, trustBundle, published, modules, world.tasks());
        watch = watch();
    }

    /** Opens and serves everything, modules being as they were; on a failure nothing is left behind. */
    static Daemon open(DaemonConfig config, World world) throws IOException, GeneralSecurityException {
        config.warnings().forEach(log::warn);
        var parts = new OpenParts();
        Daemon daemon;
        try {
            daemon = new Daemon(config, world, parts);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            parts.close();
            throw e;
        }
        log.atInfo()
                .addKeyValue("version", world.version())
                .addKeyValue("device", config.provisioning().deviceId())
                .addKeyValue("hub", config.provisioning().hubHostName())
                .addKeyValue("engine", daemon.engine.kind())
                .addKeyValue("socket", config.sockets().management())
                .log("edge daemon ready");
        return daemon;
    }

    private void requirePeerPids(EventLoops loops) throws IOException {
        if (!UnixHttpServer.tellsPid(loops.group()) && !config.behaviour().trustSocketModes()) {
            throw new IOException("this platform does not tell which process is at the other end of a socket (Netty's"
                    + " native epoll did not load), so modules could not be told apart. Use Linux on x86-64, or set"
                    + " [kant] trust_socket_modes = true to rely on the sockets' modes alone");
        }
    }

    private ParentCall parent(EventLoops loops, TrustBundle trustBundle) throws IOException, GeneralSecurityException {
        var tls = ClientTls.trusting(SystemRoots.and(trustBundle.usersPem()));
        var http = parts.keep(new ParentHttp(
                new ParentConfig(
                        config.provisioning().hubHostName(),
                        config.parent().address(),
                        ParentConfig.MQTT_PORT,
                        config.parent().httpsPort(),
                        tls),
                loops,
                world.time()));
        return (method, pathAndQuery, headers, body, limit) -> {
            HttpReply reply = http.call(method, pathAndQuery, headers, body, limit);
            return new ParentCall.Reply(reply.status(), reply.body());
        };
    }

    private WorkloadSockets serveWorkload(EventLoops loops, CallerCheck callers, List<Route> routes)
            throws IOException {
        DaemonConfig.Sockets sockets = config.sockets();
        publicFolder(config.folders().run());
        publicFolder(sockets.perModule());
        var perModule = parts.keep(new WorkloadSockets(
                sockets.perModule(), sockets.workloadLimit(), loops, world.tasks(), routes, callers));
        parts.keep(UnixHttpServer.start(
                UnixServerConfig.of(sockets.workload(), WORKLOAD_MODE, sockets.workloadLimit()),
                loops.group(),
                world.tasks(),
                new Router(routes, callers, null)));
        return perModule;
    }

    private AgentUpdates updates(CallerCheck callers) throws IOException {
        Map<String, String> environment = new HashMap<>(config.behaviour().environment());
        environment.putAll(config.agent().spec().env());
        return AgentUpdates.open(
                modules,
                RuntimeSpec.agent(config, identities),
                callers,
                files("agent"),
                ProbationRules.of(environment),
                world.time());
    }

    private void serveManagement(EventLoops loops, CallerCheck callers, RegistryLogins logins) throws IOException {
        DaemonConfig.Sockets sockets = config.sockets();
        List<Route> routes = new ArrayList<>(
                new ManagementRoutes(modules, identities, updates, world.tasks(), world.time(), world.version())
                        .routes());
        routes.addAll(new RegistryRoutes(modules, logins).routes());
        parts.keep(UnixHttpServer.start(
                UnixServerConfig.of(sockets.management(), MANAGEMENT_MODE, sockets.managementLimit()),
                loops.group(),
                world.tasks(),
                new Router(routes, callers, null)));
    }

    private ModuleWatch watch() throws IOException {
        RuntimeSpec spec = config.behaviour().hubOnly()
                ? RuntimeSpec.hub(config, identities, world.version())
                : RuntimeSpec.agent(config, identities);
        var takeOver = new TakeOver(config.provisioning(), new DeviceRecord(files("identities")), modules, identities);
        return new ModuleWatch(modules, spec, takeOver, updates, world.time());
    }

    /** Begins to see to the modules: from here on there is something to {@link #close}. */
    void begin() {
        engine.onChange(watch::wake);
        world.tasks().spawn("watch", watch);
        caRenewal.lookLater();
    }

    /** Stops the modules, then everything else. */
    @Override
    public void close() {
        try {
            watch.stop();
            new StopAll(modules, world.tasks(), config.behaviour().removeOnStop()).run();
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("reason", e.getMessage())
                    .log("modules are not stopped: the engine does not answer");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        parts.close();
        log.atInfo().log("edge daemon stopped");
    }

    private PrivateFiles files(String folder) throws IOException {
        return new PrivateFiles(new FileDisk(config.folders().data().resolve(folder)));
    }

    private static Path privateFolder(Path folder) throws IOException {
        return Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static void publicFolder(Path folder) throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    }
}

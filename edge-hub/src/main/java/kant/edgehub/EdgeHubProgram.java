package kant.edgehub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import kant.edgehub.auth.ParentScope;
import kant.edgehub.auth.ScopeCache;
import kant.edgehub.auth.ScopeRefresher;
import kant.edgehub.auth.ScopeSource;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.config.Listeners;
import kant.edgehub.config.ParentSettings;
import kant.edgehub.metrics.Counters;
import kant.edgehub.metrics.MetricsPage;
import kant.edgehub.nested.Actors;
import kant.edgehub.nested.ModuleApi;
import kant.edgehub.nested.NestedApi;
import kant.edgehub.nested.ParentRegistry;
import kant.edgehub.nested.ScopeApi;
import kant.edgehub.secret.CertificateRenewal;
import kant.edgehub.secret.HubSecrets;
import kant.edgehub.secret.TrustedRoots;
import kant.model.identity.IdentityId;
import kant.protocol.device.DeviceApi;
import kant.protocol.http.HttpHandler;
import kant.protocol.http.HttpServer;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.upstream.Link;
import kant.upstream.LinkWorld;
import kant.upstream.ParentConfig;
import kant.upstream.budget.Budget;
import kant.upstream.choice.LinkConfig;
import kant.upstream.choice.Links;
import kant.upstream.http.ParentHttp;
import kant.world.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The wiring of a running hub: made bottom-up, closed top-down. */
final class EdgeHubProgram implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeHubProgram.class);

    /** Clients and parent share the loops; two keep two cores busy, and more would only cost memory. */
    private static final int LOOPS = 2;

    /** The metrics page takes no bodies. */
    private static final int METRICS_BODY_BYTES = 1024;

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private @Nullable HubDoors doors;
    private @Nullable HttpServer metrics;

    private EdgeHubProgram() {}

    /** The two directories that the hub writes to. */
    record Disks(Disk messages, Disk state) {}

    /**
     * Starts everything; returns when clients can connect, whether or not the parent can be reached.
     *
     * @param certificate the server certificate to begin with
     * @throws IOException with one sentence that says what is in the way; nothing is left running then
     */
    static EdgeHubProgram start(
            EdgeHubConfig config, HubWorld world, Disks disks, HubSecrets secrets, Issued certificate)
            throws IOException {
        var program = new EdgeHubProgram();
        try {
            program.wire(config, world, disks, secrets, certificate);
            return program;
        } catch (IOException | RuntimeException e) {
            program.close();
            throw e;
        }
    }

    private void wire(EdgeHubConfig config, HubWorld world, Disks disks, HubSecrets secrets, Issued certificate)
            throws IOException {
        EventLoops loops = keep(EventLoops.start(LOOPS));
        HubStores stores = keep(HubStores.open(config.storage(), disks.messages(), disks.state(), world.time()));
        IdentityId id = config.identity().id();
        List<X509Certificate> trusted = secrets.trusted();
        ParentConfig parent = parent(config.parent(), trusted);
        ParentHttp http = keep(new ParentHttp(parent, loops, world.time()));
        var budget = new Budget(world.tasks(), world.time());
        LinkConfig linkConfig = LinkConfig.standard(config.parent().protocol(), "kant-edge-hub/" + Version.text())
                .keepAlive(config.parent().keepAlive());
        Link link = keep(Links.start(
                parent, new LinkWorld(loops, world.tasks(), world.time(), world.randomness(), budget), id, linkConfig));
        var roots = new TrustedRoots(secrets, trusted, world.tasks());
        roots.keep();
        var parentScope = new ParentScope(http, id, secrets.tokens(), parent.audience(id));
        Scope scope = scope(config, world, stores, parentScope, roots);
        var counters = new Counters(world.time());
        EdgeHub hub = keep(
                new EdgeHub(config, world, stores, scope, new ParentLink(link, budget), secrets.tokens(), counters));
        hub.start();
        var page = new MetricsPage(
                config.identity(),
                world.randomness().uuid(),
                counters,
                stores.messages()::stats,
                stores.messages()::queueLengths,
                link::state,
                hub::clients,
                new MetricsPage.LinkFigures(hub.linkWatch(), budget::sentBytes, stores.messages()::oldestPending));
        var registry = new ParentRegistry(http, id, secrets.tokens(), parent.audience(id));
        HttpHandler web = new StatusPages(hub.linkWatch(), stores.messages()::stats, List.of("kant"), metricsOf(page));
        HttpHandler api =
                DeviceApi.ofEdgeHub(hub, id.deviceId(), config.doors().proxyModule(), nested(scope, registry, web));
        var tls = ServerTls.of(
                certificate.chain(), certificate.key(), config.doors().tlsProtocols());
        new CertificateRenewal(secrets, tls, world.tasks(), world.time()).after(certificate);
        HubDoors open = keep(HubDoors.open(config, world, loops, tls, hub, api));
        doors = open;
        metrics = serveMetrics(
                config.listeners(),
                loops,
                world,
                new StatusPages(hub.linkWatch(), stores.messages()::stats, List.of(), page));
        log.atInfo()
                .addKeyValue("device", id.deviceId())
                .addKeyValue("address", config.listeners().address())
                .addKeyValue("doors", open.ports())
                .addKeyValue("metrics", metrics == null ? "off" : metrics.port())
                .addKeyValue("durability", config.storage().durability())
                .addKeyValue("parent", config.parent().hostName())
                .addKeyValue("upstream", config.parent().protocol())
                .log("edge hub ready");
    }

    /** For a configured port of 0; 0 where that door is closed. */
    int port(HubDoors.Door door) {
        return doors == null ? 0 : doors.port(door);
    }

    /** For a configured port of 0; 0 where metrics are off. */
    int metricsPort() {
        return metrics == null ? 0 : metrics.port();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                log.atWarn()
                        .addKeyValue("part", part.getClass().getSimpleName())
                        .setCause(e)
                        .log("a part did not stop cleanly");
            }
        }
    }

    private static ParentConfig parent(ParentSettings settings, List<X509Certificate> trusted) throws IOException {
        return new ParentConfig(
                        settings.hostName(),
                        settings.dialAddress(),
                        settings.ports().mqtt(),
                        settings.ports().amqp(),
                        settings.ports().https(),
                        ClientTls.trusting(trusted),
                        null)
                .through(settings.proxy());
    }

    private static Scope scope(
            EdgeHubConfig config, HubWorld world, HubStores stores, ScopeSource parent, TrustedRoots roots) {
        var cache = new ScopeCache(stores.state());
        var refresher = new ScopeRefresher(
                cache, parent, world.tasks(), world.time(), config.limits().scopeRefreshDelay());
        return Scope.of(config.identity(), config.doors(), cache, refresher, roots, world.time());
    }

    private static HttpHandler metricsOf(MetricsPage page) {
        return call -> call.path().equals(List.of("metrics")) ? page.handle(call) : DeviceApi.nothing(call);
    }

    private static HttpHandler nested(Scope scope, ParentRegistry registry, HttpHandler others) {
        var actors = new Actors(scope.authenticator(), scope.chains());
        return new NestedApi(
                new ScopeApi(scope.cache(), scope.refresher(), scope.chains(), actors),
                new ModuleApi(scope.chains(), actors, registry),
                others);
    }

    private @Nullable HttpServer serveMetrics(Listeners listeners, EventLoops loops, HubWorld world, HttpHandler pages)
            throws IOException {
        if (listeners.metricsPort() < 0) {
            return null;
        }
        var address = new InetSocketAddress(listeners.address(), listeners.metricsPort());
        return keep(HttpServer.start(address, loops, null, world.tasks(), pages, METRICS_BODY_BYTES));
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }
}

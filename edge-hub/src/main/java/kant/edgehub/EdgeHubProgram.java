package kant.edgehub;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import kant.edgehub.auth.ParentScope;
import kant.edgehub.auth.ScopeCache;
import kant.edgehub.auth.ScopeRefresher;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.config.Limits;
import kant.edgehub.config.Listeners;
import kant.edgehub.metrics.Counters;
import kant.edgehub.metrics.MetricsPage;
import kant.edgehub.secret.CertificateRenewal;
import kant.edgehub.secret.HubSecrets;
import kant.model.identity.IdentityId;
import kant.protocol.http.HttpServer;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttLimits;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.ClientTls;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.upstream.ParentConfig;
import kant.upstream.http.ParentHttp;
import kant.upstream.mqtt.MqttLink;
import kant.upstream.mqtt.MqttLinkConfig;
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
    private @Nullable MqttHead mqtt;
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
        var parent = new ParentConfig(
                config.parent().hostName(),
                config.parent().dialAddress(),
                config.parent().mqttPort(),
                config.parent().httpsPort(),
                ClientTls.trusting(secrets.trusted()));
        ParentHttp http = keep(new ParentHttp(parent, loops, world.time()));
        MqttLink link = keep(MqttLink.start(
                parent,
                loops,
                world.tasks(),
                world.time(),
                world.randomness(),
                id,
                MqttLinkConfig.standard("kant-edge-hub/" + Version.text())));
        var cache = new ScopeCache(stores.state());
        var scope = new ParentScope(http, id, secrets.tokens(), parent.audience(id));
        var refresher = new ScopeRefresher(
                cache, scope, world.tasks(), world.time(), config.limits().scopeRefreshDelay());
        var counters = new Counters();
        EdgeHub hub =
                keep(new EdgeHub(config, world, stores, new Scope(cache, refresher), link, secrets.tokens(), counters));
        hub.start();
        var tls = ServerTls.of(certificate.chain(), certificate.key());
        new CertificateRenewal(secrets, tls, world.tasks(), world.time()).after(certificate);
        var address = new InetSocketAddress(
                config.listeners().address(), config.listeners().mqttPort());
        mqtt = keep(MqttHead.start(address, loops, tls, MqttService.of(mqttConfig(config), hub, world.time())));
        var page = new MetricsPage(
                config.identity(),
                world.randomness().uuid(),
                counters,
                stores.messages()::stats,
                link::state,
                hub::clients);
        metrics = serveMetrics(config.listeners(), loops, world, page);
        log.atInfo()
                .addKeyValue("device", id.deviceId())
                .addKeyValue("address", config.listeners().address())
                .addKeyValue("mqtt", mqtt.port())
                .addKeyValue("metrics", metrics == null ? "off" : metrics.port())
                .addKeyValue("durability", config.storage().durability())
                .addKeyValue("parent", config.parent().hostName())
                .log("edge hub ready");
    }

    /** For a configured port of 0. */
    int mqttPort() {
        return mqtt == null ? 0 : mqtt.port();
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

    private static MqttConfig mqttConfig(EdgeHubConfig config) {
        Limits limits = config.limits();
        MqttLimits usual = MqttLimits.DEFAULT;
        var mqtt = new MqttLimits(
                usual.connectArrival(),
                usual.opening(),
                usual.keepAlive(),
                limits.acknowledgement(),
                usual.stalled(),
                usual.window());
        return new MqttConfig(limits.clients(), MqttConfig.TOKEN_SKEW, mqtt);
    }

    private @Nullable HttpServer serveMetrics(Listeners listeners, EventLoops loops, HubWorld world, MetricsPage page)
            throws IOException {
        if (listeners.metricsPort() < 0) {
            return null;
        }
        var address = new InetSocketAddress(listeners.address(), listeners.metricsPort());
        return keep(HttpServer.start(address, loops, null, world.tasks(), page, METRICS_BODY_BYTES));
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }
}

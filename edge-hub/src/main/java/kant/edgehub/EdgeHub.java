package kant.edgehub;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.edgehub.auth.Authenticator;
import kant.edgehub.auth.Reauthenticator;
import kant.edgehub.auth.ScopeTokens;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.config.Limits;
import kant.edgehub.method.HubMethods;
import kant.edgehub.method.Methods;
import kant.edgehub.metrics.Counters;
import kant.edgehub.outbox.Outboxes;
import kant.edgehub.parent.Attachments;
import kant.edgehub.report.HubReport;
import kant.edgehub.route.ConfigurationParser;
import kant.edgehub.route.CurrentConfiguration;
import kant.edgehub.route.HubConfiguration;
import kant.edgehub.session.SessionServices;
import kant.edgehub.session.Sessions;
import kant.edgehub.twin.Twins;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.HubPort;
import kant.protocol.port.Session;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.TokenSource;
import kant.upstream.UpstreamIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hub between its heads and its parent: joins the parts, and is the door that every head knocks at. */
final class EdgeHub implements HubPort, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeHub.class);

    /** How long the last messages under way may take to be acknowledged; what is not is sent again after the restart. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(3);

    private static final Duration SCOPE_RETRY = Duration.ofSeconds(60);
    private static final Duration TIDY_EVERY = Duration.ofMinutes(1);

    private final IdentityId hub;
    private final Limits limits;
    private final HubWorld world;
    private final HubStores stores;
    private final Link link;
    private final Scope scope;
    private final Counters counters;

    private final Attachments attachments;
    private final Outboxes outboxes;
    private final Twins twins;
    private final HubReport report;
    private final CurrentConfiguration configuration;
    private final Sessions sessions;
    private final Authenticator authenticator;
    private final Reauthenticator reauthenticator;

    EdgeHub(
            EdgeHubConfig config,
            HubWorld world,
            HubStores stores,
            Scope scope,
            Link link,
            TokenSource ownTokens,
            Counters counters) {
        this.world = world;
        this.stores = stores;
        this.link = link;
        this.scope = scope;
        this.counters = counters;
        hub = config.identity().id();
        limits = config.limits();
        attachments = new Attachments(
                link,
                id -> id.equals(hub) ? ownTokens : new ScopeTokens(scope.cache(), id, world.time()),
                world.time());
        outboxes = new Outboxes(
                stores.messages(),
                attachments,
                id -> !id.equals(hub) && scope.cache().surelyUnknown(id),
                world.tasks(),
                world.randomness(),
                counters);
        twins = new Twins(
                stores.state(),
                attachments,
                this::desiredChanged,
                world.tasks(),
                world.time(),
                limits.parentOperation(),
                limits.reportedSync());
        report = new HubReport(hub, twins, world.time(), Version.text());
        configuration = new CurrentConfiguration(
                new ConfigurationParser(hub.deviceId(), config.storage().ttlSeconds()),
                stores.state(),
                this::comesIntoForce,
                report);
        var methods = new Methods(world.tasks(), world.randomness());
        sessions = new Sessions(
                new SessionServices(
                        configuration,
                        stores.messages(),
                        outboxes,
                        twins,
                        methods,
                        attachments,
                        world.tasks(),
                        counters),
                stores.state(),
                hub.deviceId(),
                world.time(),
                world.randomness(),
                new CountedPresence(counters, report),
                limits.clients());
        authenticator = new Authenticator(
                scope.cache(),
                scope.refresher(),
                List.of(config.identity().iotHub(), config.identity().gateway()),
                world.time());
        reauthenticator = new Reauthenticator(authenticator, sessions, world.tasks());
    }

    /** Takes what is stored, and begins to talk to the parent. */
    void start() {
        attachments.start(new ParentRouter(
                hub, attachments, outboxes, twins, sessions, new HubMethods(this::refreshScope), scope.refresher()));
        scope.refresher().onAffected(this::identitiesChanged);
        boolean restored = configuration.restore();
        twins.cached(hub).ifPresent(twin -> {
            configuration.offer(twin);
            report.correct(twin, sessions::connected);
        });
        if (!restored && configuration.get().isEmpty()) {
            log.atWarn().log("no configuration is stored yet: clients wait until the parent has told one");
        }
        report.started();
        for (Feature feature : List.of(Feature.DESIRED, Feature.METHODS)) {
            var _ = attachments.of(hub).subscribe(feature);
        }
        link.onChange(this::linkChanged);
        reauthenticator.start();
        refreshScopeLater(limits.scopeRefresh());
        refreshConfigurationLater();
        tidyLater();
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return CompletableFuture.failedFuture(
                new RefusedException(new Refusal.Unavailable("requests without a connection are not served here")));
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink clientLink) {
        if (!configuration.decided()) {
            return CompletableFuture.failedFuture(new RefusedException(
                    new Refusal.Unavailable("this hub waits for its first configuration from the parent; try again")));
        }
        return authenticator
                .check(credential, client.identity())
                .whenComplete((_, failure) -> {
                    if (failure != null) {
                        counters.connectFailed();
                    }
                })
                .thenCompose(_ -> opened(credential, client, clientLink));
    }

    /** How many clients are connected. */
    int clients() {
        return sessions.count();
    }

    /** Sends nothing more, and waits a bounded time for what is under way. Close the heads first. */
    @Override
    public void close() {
        outboxes.stop(STOP_WAIT);
    }

    private CompletionStage<Session> opened(Credential credential, ClientInfo client, ClientLink clientLink) {
        try {
            return CompletableFuture.completedFuture(sessions.open(credential, client, clientLink));
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void linkChanged(LinkState state) {
        log.atInfo().addKeyValue("state", state.name().toLowerCase(Locale.ROOT)).log("link to the parent");
        outboxes.linkChanged();
        if (state == LinkState.UP) {
            var _ = refreshScope();
        }
    }

    private void desiredChanged(IdentityId id, TwinPatch patch, TwinProperties now) {
        if (id.equals(hub)) {
            configuration.offer(now);
            report.correct(now, sessions::connected);
        } else if (!patch.changes().isEmpty()) {
            sessions.desired(id, patch);
        }
    }

    private void comesIntoForce(HubConfiguration next) {
        stores.bound(next.maxBytes());
        outboxes.serve(next.routes().endpoints());
        outboxes.prune(next.routes().endpoints());
    }

    private void identitiesChanged(Set<IdentityId> changed) {
        reauthenticator.checkAffected(changed);
        for (IdentityId id : changed) {
            attachments.find(id).ifPresent(UpstreamIdentity::retry);
            if (scope.cache().surelyUnknown(id)) {
                twins.forget(id);
                sessions.forget(id);
            }
        }
        configuration.get().ifPresent(current -> outboxes.prune(current.routes().endpoints()));
        outboxes.linkChanged();
    }

    private CompletionStage<Void> refreshScope() {
        return scope.refresher().refreshAll().whenComplete((_, failure) -> {
            if (failure != null) {
                log.atWarn()
                        .addKeyValue("reason", failure.getMessage())
                        .log("device scope could not be read, will try again");
                if (!scope.cache().complete()) {
                    refreshScopeLater(SCOPE_RETRY);
                }
            }
        });
    }

    private void refreshScopeLater(Duration wait) {
        var _ = world.tasks().after(wait, "scope refresh", () -> {
            if (link.state() == LinkState.UP) {
                var _ = refreshScope();
            }
            if (wait.equals(limits.scopeRefresh())) {
                refreshScopeLater(wait);
            }
        });
    }

    private void refreshConfigurationLater() {
        var _ = world.tasks().after(limits.configRefresh(), "configuration refresh", () -> {
            twins.attached(hub);
            refreshConfigurationLater();
        });
    }

    private void tidyLater() {
        var _ = world.tasks().after(TIDY_EVERY, "idle attachments", () -> {
            attachments.releaseIdle(limits.idleAttachment(), id -> id.equals(hub) || sessions.connected(id));
            tidyLater();
        });
    }
}

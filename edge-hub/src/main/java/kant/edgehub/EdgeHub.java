package kant.edgehub;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.edgehub.auth.Claim;
import kant.edgehub.auth.Reauthenticator;
import kant.edgehub.caller.EdgeCaller;
import kant.edgehub.caller.Mailboxes;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.config.Limits;
import kant.edgehub.method.Arrivals;
import kant.edgehub.method.HubMethods;
import kant.edgehub.method.LocalCalls;
import kant.edgehub.method.Methods;
import kant.edgehub.metrics.Counters;
import kant.edgehub.outbox.Outboxes;
import kant.edgehub.parent.Attachments;
import kant.edgehub.parent.Interests;
import kant.edgehub.parent.LinkWatch;
import kant.edgehub.parent.Models;
import kant.edgehub.report.HubReport;
import kant.edgehub.route.ConfigurationParser;
import kant.edgehub.route.CurrentConfiguration;
import kant.edgehub.route.HubConfiguration;
import kant.edgehub.session.Intake;
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
import kant.store.StoreStats;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.TokenSource;
import kant.upstream.budget.Budget;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hub between its heads and its parent: joins the parts, and is the door that every head knocks at. */
final class EdgeHub implements HubPort, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EdgeHub.class);

    /** How long the last messages under way may take to be acknowledged; what is not is sent again after the restart. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(3);

    private static final Duration TIDY_EVERY = Duration.ofSeconds(30);

    private final IdentityId hub;
    private final Limits limits;
    private final HubWorld world;
    private final HubStores stores;
    private final Link link;
    private final Budget budget;
    private final LinkWatch watch;
    private final LinkNews linkNews;
    private final Scope scope;
    private final Counters counters;

    private final Attachments attachments;
    private final Models models = new Models();
    private final Outboxes outboxes;
    private final Twins twins;
    private final HubReport report;
    private final CurrentConfiguration configuration;
    private final Intake intake;
    private final Mailboxes mailboxes;
    private final Sessions sessions;
    private final HubMethods hubMethods;
    private final LocalCalls calls;
    private final ScopeUpkeep upkeep;
    private final Reauthenticator reauthenticator;

    EdgeHub(
            EdgeHubConfig config,
            HubWorld world,
            HubStores stores,
            Scope scope,
            ParentLink parent,
            TokenSource ownTokens,
            Counters counters) {
        this.world = world;
        this.stores = stores;
        link = parent.link();
        budget = parent.budget();
        this.scope = scope;
        this.counters = counters;
        hub = config.identity().id();
        limits = config.limits();
        attachments = new Attachments(
                link, new ParentAccess(hub, ownTokens, scope, models, world.time()), counters, world.time());
        outboxes = new Outboxes(
                stores.messages(),
                attachments,
                id -> !id.equals(hub) && scope.cache().surelyUnknown(id),
                budget,
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
        watch = new LinkWatch(LinkWatch.Queue.of(stores.messages()), world.time());
        linkNews = new LinkNews(watch, report, world.tasks());
        budget.limit(config.parent().limits());
        configuration = new CurrentConfiguration(
                new ConfigurationParser(
                        hub.deviceId(),
                        config.storage().ttlSeconds(),
                        config.parent().limits()),
                stores.state(),
                this::comesIntoForce,
                report);
        intake = new Intake(
                configuration, stores.messages(), twins::cached, counters, hub, world.time(), world.randomness());
        var interests = new Interests(attachments, id -> twins.attached(id));
        var arrivals = new Arrivals(world.tasks());
        sessions = new Sessions(
                new SessionServices(
                        intake,
                        outboxes,
                        twins,
                        new Methods(world.tasks(), world.randomness()),
                        arrivals,
                        interests,
                        scope.authenticator(),
                        world.tasks(),
                        world.time(),
                        counters),
                stores.state(),
                new CountedPresence(counters, report),
                limits.clients());
        mailboxes = new Mailboxes(interests, world.tasks(), world.time(), world.randomness());
        upkeep = new ScopeUpkeep(scope, attachments::linkUp, world.tasks(), limits.scopeRefresh());
        hubMethods = new HubMethods(upkeep::refresh);
        calls = new LocalCalls(hub, hubMethods, new ListeningClients(sessions), arrivals, counters, world.time());
        reauthenticator = new Reauthenticator(scope.authenticator(), sessions, world.tasks());
    }

    /** Takes what is stored, and begins to talk to the parent. */
    void start() {
        attachments.start(new ParentRouter(
                hub,
                attachments,
                outboxes,
                twins,
                sessions,
                mailboxes,
                hubMethods,
                scope.refresher(),
                counters,
                world.time()));
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
        reportStore();
        for (Feature feature : List.of(Feature.DESIRED, Feature.METHODS)) {
            var _ = attachments.of(hub).subscribe(feature);
        }
        link.onChange(new OfflineMeter(hub, counters, world.time())::changed);
        link.onChange(linkNews::changed);
        linkNews.start();
        link.onChange(this::linkChanged);
        reauthenticator.start();
        upkeep.start();
        refreshConfigurationLater();
        tidyLater();
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return authenticated(credential, client).thenApply(_ -> new EdgeCaller(client, intake, mailboxes, calls));
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink clientLink) {
        if (!configuration.decided()) {
            return CompletableFuture.failedFuture(new RefusedException(
                    new Refusal.Unavailable("this hub waits for its first configuration from the parent; try again")));
        }
        return authenticated(credential, client).thenCompose(_ -> opened(credential, client, clientLink));
    }

    /** Since when the link has been as it is, and what waits for it. */
    LinkWatch linkWatch() {
        return watch;
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

    private CompletionStage<Void> authenticated(Credential credential, ClientInfo client) {
        IdentityId id = client.identity();
        return scope.authenticator().check(Claim.of(credential, client)).whenComplete((_, failure) -> {
            if (failure != null) {
                counters.connectFailed(id, scope.cache().find(id).isPresent());
            }
        });
    }

    private CompletionStage<Session> opened(Credential credential, ClientInfo client, ClientLink clientLink) {
        if (models.announced(client.identity(), client.modelId())) {
            attachments.changed(client.identity());
        }
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
            var _ = upkeep.refreshAll();
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
        budget.limit(next.upstream());
        reportStore();
        outboxes.serve(next.routes().endpoints());
        outboxes.prune(next.routes().endpoints());
    }

    private void reportStore() {
        StoreStats stats = stores.messages().stats();
        report.store(stats.durability(), stats.maxBytes());
    }

    private void identitiesChanged(Set<IdentityId> changed) {
        reauthenticator.checkAffected(changed);
        for (IdentityId id : changed) {
            attachments.changed(id);
            if (scope.cache().surelyUnknown(id)) {
                twins.forget(id);
                sessions.forget(id);
            }
        }
        configuration.get().ifPresent(current -> outboxes.prune(current.routes().endpoints()));
        outboxes.linkChanged();
    }

    private void refreshConfigurationLater() {
        var _ = world.tasks().after(limits.configRefresh(), "configuration refresh", () -> {
            twins.attached(hub);
            refreshConfigurationLater();
        });
    }

    private void tidyLater() {
        var _ = world.tasks().after(TIDY_EVERY, "idle attachments", () -> {
            attachments.releaseIdle(
                    limits.idleAttachment(), id -> id.equals(hub) || sessions.connected(id) || mailboxes.open(id));
            tidyLater();
        });
    }
}

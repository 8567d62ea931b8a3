package kant.edgehub;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kant.edgehub.auth.ScopeCache;
import kant.edgehub.auth.ScopeRefresher;
import kant.edgehub.config.EdgeHubConfig;
import kant.edgehub.fake.Await;
import kant.edgehub.fake.FakeLink;
import kant.edgehub.fake.FakeScope;
import kant.edgehub.fake.GatedDisk;
import kant.edgehub.metrics.Counters;
import kant.edgehub.parent.LinkWatch;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinProperties;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttLimits;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.store.EndpointCounts;
import kant.upstream.budget.Budget;
import kant.world.FileDisk;
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** A hub in this process with its real head, store and routing, and a parent that the test plays. */
final class HubFixture implements AutoCloseable {
    static final IdentityId HUB = IdentityId.module("edge", "$edgeHub");
    static final String ROUTES = """
            {"schemaVersion":"1.1","routes":{
              "toFilter":"FROM /messages/modules/sensor/outputs/out INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")",
              "hot":"FROM /messages/modules/filter/* WHERE level = 'hot' INTO $upstream"},
             "storeAndForwardConfiguration":{"timeToLiveSecs":7200}}""";

    private static final ObjectMapper JSON = new ObjectMapper();

    final FakeLink link = new FakeLink();
    final FakeScope scope;
    final GatedDisk gate = new GatedDisk();
    final CertificateAuthority authority;
    private final Path directory;
    private final Map<String, String> settings;
    private @Nullable Running running;

    private record Running(
            Tasks tasks, EventLoops loops, HubStores stores, EdgeHub hub, MqttHead head, ScopeRefresher refresher) {}

    HubFixture(Path directory, FakeScope scope, Map<String, String> settings) {
        this.directory = directory;
        this.scope = scope;
        this.settings = Map.copyOf(settings);
        authority = CertificateAuthority.create("Test CA", Duration.ofDays(1), Time.system(), Randomness.secure());
    }

    /** A hub with the usual two modules registered, up and configured. */
    static HubFixture online(Path directory) throws Exception {
        return online(directory, Map.of());
    }

    static HubFixture online(Path directory, Map<String, String> settings) throws Exception {
        var fixture = new HubFixture(directory, scope(), settings);
        fixture.start();
        fixture.parentUp(ROUTES, 1);
        return fixture;
    }

    static FakeScope scope() {
        var scope = new FakeScope();
        for (String module : List.of("sensor", "filter", "$edgeHub")) {
            scope.register(IdentityId.module("edge", module));
        }
        scope.register(IdentityId.device("edge"));
        scope.register(IdentityId.device("leaf"));
        return scope;
    }

    HubFixture start() throws IOException, RefusedException {
        Map<String, String> env = new HashMap<>(Map.of(
                "IOTEDGE_DEVICEID", "edge",
                "IOTEDGE_MODULEGENERATIONID", "g1",
                "IOTEDGE_IOTHUBHOSTNAME", "hub.kant.test",
                "EdgeDeviceHostName", "localhost",
                "IOTEDGE_WORKLOADURI", "unix:///nowhere",
                "KANT_DATA", directory.toString(),
                "ReportedPropertiesSyncFrequencySecs", "1"));
        env.putAll(settings);
        EdgeHubConfig config = EdgeHubConfig.read(env);
        Tasks tasks = Tasks.virtual("test-hub");
        var world = new HubWorld(tasks, Time.system(), Randomness.secure());
        EventLoops loops = EventLoops.start(2);
        HubStores stores = HubStores.open(
                config.storage(),
                gate.over(new FileDisk(directory.resolve("messages"))),
                new FileDisk(directory.resolve("state")),
                world.time());
        var cache = new ScopeCache(stores.state());
        var refresher = new ScopeRefresher(cache, scope, tasks, world.time(), Duration.ofSeconds(120));
        Scope known = Scope.of(config.identity(), config.doors(), cache, refresher, authority::chain, world.time());
        var parent = new ParentLink(link, new Budget(tasks, world.time()));
        var hub = new EdgeHub(config, world, stores, known, parent, _ -> "token", new Counters(world.time()));
        hub.start();
        Issued certificate =
                authority.issueServer("localhost", List.of("localhost"), List.of("127.0.0.1"), Duration.ofHours(1));
        MqttLimits usual = MqttLimits.DEFAULT;
        var limits = new MqttLimits(
                usual.connectArrival(),
                usual.opening(),
                usual.keepAlive(),
                config.limits().acknowledgement(),
                usual.stalled(),
                usual.window());
        MqttHead head = MqttHead.start(
                new InetSocketAddress("127.0.0.1", 0),
                loops,
                ServerTls.of(certificate.chain(), certificate.key()),
                MqttService.of(new MqttConfig(100, MqttConfig.TOKEN_SKEW, limits), hub, world.time()));
        running = new Running(tasks, loops, stores, hub, head, refresher);
        return this;
    }

    /** The link comes up, and the parent tells this configuration. */
    void parentUp(String desired, long version) throws IOException {
        link.easy = true;
        link.identity(HUB).twin = twin(desired, version);
        link.up();
        Await.until(
                "the configuration is in force",
                () -> !reported("lastDesiredStatus").isEmpty());
    }

    /** The text of what the hub has reported of itself under a name, in all patches so far. */
    String reported(String name) {
        link.identity(HUB).reportAnswers.forEach(answer -> answer.complete(java.util.OptionalLong.of(1)));
        return link.identity(HUB).reports.stream()
                .filter(patch -> patch.has(name))
                .map(patch -> patch.get(name).toString())
                .reduce("", String::concat);
    }

    static TwinProperties twin(String desired, long version) throws IOException {
        ObjectNode both = JSON.createObjectNode();
        both.set("desired", ((ObjectNode) JSON.readTree(desired)).put("$version", version));
        return TwinProperties.parse(both);
    }

    /** The books of an endpoint. */
    EndpointCounts counts(String endpoint) {
        return now().stores
                .messages()
                .stats()
                .endpoints()
                .getOrDefault(endpoint, new EndpointCounts(0, 0, 0, Map.of(), 0));
    }

    void refreshScope() {
        now().refresher.refreshAll().toCompletableFuture().join();
    }

    LinkWatch linkWatch() {
        return now().hub.linkWatch();
    }

    int port() {
        return now().head.port();
    }

    TestClient client(String name) throws Exception {
        return client(IdentityId.parse(name), FakeScope.key(IdentityId.parse(name), "primary"));
    }

    TestClient client(IdentityId id, String key) throws Exception {
        return new TestClient(port(), authority, id, key);
    }

    void stop() {
        Running r = now();
        r.head.close();
        r.hub.close();
        r.stores.close();
        r.loops.close();
        r.tasks.close();
        running = null;
    }

    @Override
    public void close() {
        gate.open();
        if (running != null) {
            stop();
        }
    }

    private Running now() {
        Running r = running;
        if (r == null) {
            throw new AssertionError("the hub does not run");
        }
        return r;
    }
}

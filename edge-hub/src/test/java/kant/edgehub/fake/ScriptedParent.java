package kant.edgehub.fake;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import kant.edgehub.auth.ScopeIdentity;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.protocol.http.HttpAnswer;
import kant.protocol.http.HttpCall;
import kant.protocol.http.HttpServer;
import kant.protocol.mqtt.MqttConfig;
import kant.protocol.mqtt.MqttHead;
import kant.protocol.mqtt.MqttService;
import kant.protocol.net.EventLoops;
import kant.protocol.port.Caller;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.HubPort;
import kant.protocol.port.Session;
import kant.protocol.sas.SasCheck;
import kant.protocol.tls.CertificateAuthority;
import kant.protocol.tls.Issued;
import kant.protocol.tls.ServerTls;
import kant.world.Tasks;
import kant.world.Time;

/** A parent hub on real sockets: checks tokens, answers twins and the scope API, keeps every message. */
public final class ScriptedParent implements AutoCloseable, HubPort {
    public static final String NAME = "hub.kant.test";
    private static final ObjectMapper JSON = new ObjectMapper();

    public final List<Message> messages = new CopyOnWriteArrayList<>();
    public final Map<IdentityId, List<ObjectNode>> reports = new ConcurrentHashMap<>();
    public final Map<IdentityId, TwinProperties> twins = new ConcurrentHashMap<>();
    private final FakeScope scope;
    private final Tasks tasks = Tasks.virtual("parent");
    private final EventLoops loops = EventLoops.start(1);
    private final MqttHead mqtt;
    private final HttpServer https;

    /** @param mqttPort 0 for any, as is {@code httpsPort} */
    public ScriptedParent(CertificateAuthority authority, FakeScope scope, int mqttPort, int httpsPort)
            throws IOException {
        this.scope = scope;
        Issued issued = authority.issueServer(NAME, List.of(NAME), List.of(), Duration.ofHours(1));
        ServerTls tls = ServerTls.of(issued.chain(), issued.key());
        var address = new InetSocketAddress("127.0.0.1", mqttPort);
        mqtt = MqttHead.start(address, loops, tls, MqttService.of(new MqttConfig(100), this, Time.system()));
        https = HttpServer.start(
                new InetSocketAddress("127.0.0.1", httpsPort), loops, tls, tasks, this::scopeAnswer, 10_000);
    }

    public int mqttPort() {
        return mqtt.port();
    }

    public int httpsPort() {
        return https.port();
    }

    @Override
    public CompletionStage<Caller> call(Credential credential, ClientInfo client) {
        return CompletableFuture.failedFuture(
                new RefusedException(new Refusal.Unavailable("requests without a connection are not served here")));
    }

    @Override
    public CompletionStage<Session> open(Credential credential, ClientInfo client, ClientLink link) {
        IdentityId id = client.identity();
        Optional<Refusal> refusal = credential instanceof Credential.Token(var token)
                ? SasCheck.check(
                        token,
                        List.of(NAME),
                        id,
                        FakeScope.key(id, "primary"),
                        "",
                        Time.system().now(),
                        Duration.ZERO)
                : Optional.of(new Refusal.Unauthorized("no token"));
        return refusal.isPresent()
                ? CompletableFuture.failedFuture(new RefusedException(refusal.get()))
                : CompletableFuture.completedFuture(new Open(id));
    }

    @Override
    public void close() {
        https.close();
        mqtt.close();
        loops.close();
        tasks.close();
    }

    private HttpAnswer scopeAnswer(HttpCall call) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode devices = answer.putArray("devices");
        ArrayNode modules = answer.putArray("modules");
        Optional<String> device = call.parameter("targetDeviceId");
        List<ScopeIdentity> found = device.isEmpty()
                ? scope.all()
                : scope.one(new IdentityId(
                        device.get(), call.parameter("targetModuleId").orElse(null)));
        for (ScopeIdentity identity : found) {
            ObjectNode json = identity.id().isModule() ? modules.addObject() : devices.addObject();
            json.put("deviceId", identity.id().deviceId());
            if (identity.id().isModule()) {
                json.put("moduleId", identity.id().moduleId());
            }
            json.put("generationId", "g1").put("status", identity.enabled() ? "enabled" : "disabled");
            json.putObject("authentication")
                    .put("type", "sas")
                    .putObject("symmetricKey")
                    .put("primaryKey", FakeScope.key(identity.id(), "primary"))
                    .put("secondaryKey", FakeScope.key(identity.id(), "secondary"));
        }
        answer.putNull("continuationLink");
        boolean right = call.path().size() > 3
                && call.path().get(3).equals("$edgeHub")
                && call.header("authorization").isPresent();
        return right ? HttpAnswer.json(200, answer.toString()) : HttpAnswer.json(401, "{\"Message\":\"no\"}");
    }

    private final class Open implements Session {
        private final IdentityId id;

        Open(IdentityId id) {
            this.id = id;
        }

        @Override
        public CompletionStage<Void> renew(Credential credential) {
            return CompletableFuture.failedFuture(
                    new RefusedException(new Refusal.Unavailable("a credential cannot be renewed here")));
        }

        @Override
        public IdentityId identity() {
            return id;
        }

        @Override
        public Set<Feature> restored() {
            return Set.of();
        }

        @Override
        public CompletionStage<Void> send(Message message) {
            messages.add(message);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<TwinProperties> twin() {
            TwinProperties empty = TwinProperties.parse(JSON.createObjectNode());
            return CompletableFuture.completedFuture(twins.getOrDefault(id, empty));
        }

        @Override
        public CompletionStage<OptionalLong> report(ObjectNode patch) {
            reports.computeIfAbsent(id, _ -> new CopyOnWriteArrayList<>()).add(patch);
            return CompletableFuture.completedFuture(OptionalLong.of(1));
        }

        @Override
        public CompletionStage<Void> subscribe(Feature feature) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> unsubscribe(Feature feature) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void settle(long deliveryId, Settlement settlement) {
            // nothing is delivered by this parent
        }

        @Override
        public void methodResult(String requestId, MethodResult result) {
            // nothing is called by this parent
        }

        @Override
        public void close() {
            // nothing is kept for a session
        }
    }
}

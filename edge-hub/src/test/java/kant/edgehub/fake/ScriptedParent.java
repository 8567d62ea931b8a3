package kant.edgehub.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
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
import java.util.concurrent.atomic.AtomicLong;
import kant.edgehub.auth.ScopeIdentity;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Delivery;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinProperties;
import kant.protocol.amqp.AmqpConfig;
import kant.protocol.amqp.AmqpHead;
import kant.protocol.amqp.AmqpService;
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
import kant.world.Randomness;
import kant.world.Tasks;
import kant.world.Time;

/** A parent hub on real sockets: checks tokens, answers twins and the scope API, keeps every message. */
public final class ScriptedParent implements AutoCloseable, HubPort {
    public static final String NAME = "hub.kant.test";
    private static final ObjectMapper JSON = new ObjectMapper();

    public final List<Message> messages = new CopyOnWriteArrayList<>();
    public final Map<IdentityId, List<ObjectNode>> reports = new ConcurrentHashMap<>();
    public final Map<IdentityId, TwinProperties> twins = new ConcurrentHashMap<>();
    /** By which way each identity came in that came on another's word. */
    public final Map<IdentityId, List<IdentityId>> chains = new ConcurrentHashMap<>();

    /** What was asked of the module registry: method, operation, body. */
    public final List<String> registrations = new CopyOnWriteArrayList<>();

    public final List<Settlement> settlements = new CopyOnWriteArrayList<>();
    private final Map<IdentityId, Open> sessions = new ConcurrentHashMap<>();
    private final FakeScope scope;
    private final Tasks tasks = Tasks.virtual("parent");
    private final EventLoops loops = EventLoops.start(1);
    private final MqttHead mqtt;
    private final AmqpHead amqp;
    private final HttpServer https;

    /** @param mqttPort 0 for any, as is {@code httpsPort} */
    public ScriptedParent(CertificateAuthority authority, FakeScope scope, int mqttPort, int httpsPort)
            throws IOException {
        this.scope = scope;
        Issued issued = authority.issueServer(NAME, List.of(NAME), List.of(), Duration.ofHours(1));
        ServerTls tls = ServerTls.of(issued.chain(), issued.key());
        var address = new InetSocketAddress("127.0.0.1", mqttPort);
        mqtt = MqttHead.start(address, loops, tls, MqttService.of(new MqttConfig(100), this, Time.system()));
        var amqpService = AmqpService.of(new AmqpConfig(100), this, null, Time.system(), Randomness.secure());
        amqp = AmqpHead.start(new InetSocketAddress("127.0.0.1", 0), loops, tls, amqpService);
        https = HttpServer.start(
                new InetSocketAddress("127.0.0.1", httpsPort), loops, tls, tasks, this::scopeAnswer, 10_000);
    }

    public int mqttPort() {
        return mqtt.port();
    }

    public int amqpPort() {
        return amqp.port();
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
        IdentityId signer = client.authChain().isEmpty()
                ? id
                : IdentityId.module(client.authChain().getLast().deviceId(), IdentityId.EDGE_HUB);
        Optional<Refusal> refusal = credential instanceof Credential.Token(var token)
                ? SasCheck.check(
                        token,
                        List.of(NAME),
                        signer,
                        FakeScope.key(signer, "primary"),
                        "",
                        Time.system().now(),
                        Duration.ZERO)
                : Optional.of(new Refusal.Unauthorized("no token"));
        if (refusal.isPresent()) {
            return CompletableFuture.failedFuture(new RefusedException(refusal.get()));
        }
        if (!client.authChain().isEmpty()) {
            chains.put(id, client.authChain());
        }
        var session = new Open(id, link);
        sessions.put(id, session);
        return CompletableFuture.completedFuture(session);
    }

    /** Sends a cloud-to-device message to an identity that listens; one that it gives back comes again. */
    public void deliver(IdentityId id, String text) {
        var system = Map.of("messageId", text, "sequenceNumber", "7");
        var message = new Message(id, system, Map.of(), text.getBytes(StandardCharsets.UTF_8));
        session(id).deliver(message, 0);
    }

    /** Calls a method; the answer is what the hub says. */
    public CompletableFuture<MethodResult> invoke(IdentityId id, String name, String payload) {
        return session(id).invoke(name, payload);
    }

    public boolean listens(IdentityId id, Feature feature) {
        Open session = sessions.get(id);
        return session != null && session.features.contains(feature);
    }

    private Open session(IdentityId id) {
        Open session = sessions.get(id);
        if (session == null) {
            throw new AssertionError(id + " is not connected to the parent");
        }
        return session;
    }

    @Override
    public void close() {
        https.close();
        mqtt.close();
        amqp.close();
        loops.close();
        tasks.close();
    }

    private HttpAnswer scopeAnswer(HttpCall call) throws IOException {
        String operation = call.path().getLast();
        if (operation.endsWith("OnBehalfOf") && !operation.startsWith("getDevice")
                || operation.startsWith("getModules")) {
            registrations.add(call.method() + " " + operation + " " + new String(call.body(), StandardCharsets.UTF_8));
            return HttpAnswer.json(200, "{}");
        }
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode devices = answer.putArray("devices");
        ArrayNode modules = answer.putArray("modules");
        JsonNode body = call.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(call.body());
        Optional<String> device = call.parameter("targetDeviceId")
                .or(() -> Optional.ofNullable(body.path("targetDeviceId").textValue()));
        List<ScopeIdentity> found = device.isEmpty()
                ? scope.all()
                : scope.one(
                        new IdentityId(
                                device.get(),
                                call.parameter("targetModuleId")
                                        .or(() -> Optional.ofNullable(
                                                body.path("targetModuleId").textValue()))
                                        .orElse(null)),
                        List.of());
        for (ScopeIdentity identity : found) {
            (identity.id().isModule() ? modules : devices).add(identity.json());
        }
        answer.putNull("continuationLink");
        boolean right = call.path().size() > 3
                && call.path().get(3).equals("$edgeHub")
                && call.header("authorization").isPresent();
        return right ? HttpAnswer.json(200, answer.toString()) : HttpAnswer.json(401, "{\"Message\":\"no\"}");
    }

    private final class Open implements Session {
        private final IdentityId id;
        private final ClientLink link;
        private final Set<Feature> features = ConcurrentHashMap.newKeySet();
        private final Map<Long, Message> unsettled = new ConcurrentHashMap<>();
        private final Map<Long, Integer> counts = new ConcurrentHashMap<>();
        private final Map<String, CompletableFuture<MethodResult>> calls = new ConcurrentHashMap<>();
        private final AtomicLong ids = new AtomicLong();

        Open(IdentityId id, ClientLink link) {
            this.id = id;
            this.link = link;
        }

        void deliver(Message message, int count) {
            long delivery = ids.incrementAndGet();
            unsettled.put(delivery, message);
            counts.put(delivery, count);
            link.deliver(new Delivery(delivery, Feature.CLOUD_TO_DEVICE, null, message, count));
        }

        CompletableFuture<MethodResult> invoke(String name, String payload) {
            String rid = Randomness.secure().uuid();
            var answer = new CompletableFuture<MethodResult>();
            calls.put(rid, answer);
            link.invoke(new MethodCall(rid, name, payload.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(5)));
            return answer;
        }

        @Override
        public CompletionStage<Void> renew(Credential credential) {
            return CompletableFuture.completedFuture(null);
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
            features.add(feature);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public CompletionStage<Void> unsubscribe(Feature feature) {
            features.remove(feature);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void settle(long deliveryId, Settlement settlement) {
            Message message = unsettled.remove(deliveryId);
            if (message == null) {
                return;
            }
            settlements.add(settlement);
            if (settlement == Settlement.RELEASED) {
                deliver(message, counts.getOrDefault(deliveryId, 0) + 1);
            }
        }

        @Override
        public void methodResult(String requestId, MethodResult result) {
            CompletableFuture<MethodResult> call = calls.remove(requestId);
            if (call != null) {
                call.complete(result);
            }
        }

        @Override
        public void close() {
            sessions.remove(id, this);
        }
    }
}

package kant.iothub.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.Registered;
import kant.model.auth.Credential;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.message.SystemProperties;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.Session;

/** One connected device or module. */
public final class DeviceSession implements Session {
    private static final String AUTH_GENERATION = "iothub-connection-auth-generation-id";
    private static final String AUTH_METHOD = "iothub-connection-auth-method";
    private static final String SOURCE = "iothub-message-source";

    private final Registered registered;
    private final ClientInfo client;
    private final ClientLink link;
    private final SessionParts parts;
    private final SessionWork work;
    private final MethodAnswers answers = new MethodAnswers();
    private final Set<Feature> features = EnumSet.noneOf(Feature.class); // guarded by itself
    private final Set<Feature> restored;
    private volatile Instant lastActivity;

    DeviceSession(
            Registered registered, ClientInfo client, ClientLink link, Set<Feature> restored, SessionParts parts) {
        this.registered = registered;
        this.client = client;
        this.link = link;
        this.restored = Set.copyOf(restored);
        this.parts = parts;
        work = new SessionWork(parts.tasks());
        features.addAll(restored);
        lastActivity = parts.time().now();
    }

    @Override
    public CompletionStage<Void> renew(Credential credential) {
        return CompletableFuture.failedFuture(
                new RefusedException(new Refusal.Unavailable("a credential cannot be renewed here")));
    }

    @Override
    public IdentityId identity() {
        return registered.id();
    }

    @Override
    public Set<Feature> restored() {
        return restored;
    }

    @Override
    public CompletionStage<Void> send(Message message) {
        active();
        Message stamped = stamped(message);
        if (stamped.size() > Message.MAX_BYTES) {
            return CompletableFuture.failedStage(new RefusedException(new Refusal.TooLarge("a message of "
                    + stamped.size() + " bytes with its properties; " + Message.MAX_BYTES + " are allowed")));
        }
        return parts.telemetry().append(stamped).thenAccept(_ -> {});
    }

    @Override
    public CompletionStage<TwinProperties> twin() {
        active();
        return work.run(() -> parts.twins().properties(identity()));
    }

    @Override
    public CompletionStage<OptionalLong> report(ObjectNode patch) {
        active();
        return work.run(() -> OptionalLong.of(parts.twins().report(identity(), patch)));
    }

    @Override
    public CompletionStage<Void> subscribe(Feature feature) {
        change(feature, true);
        return CompletableFuture.completedStage(null);
    }

    @Override
    public CompletionStage<Void> unsubscribe(Feature feature) {
        change(feature, false);
        return CompletableFuture.completedStage(null);
    }

    /** Nothing to settle: the stand-in has no messages for clients yet. */
    @Override
    public void settle(long deliveryId, Settlement settlement) {
        active();
    }

    @Override
    public void methodResult(String requestId, MethodResult result) {
        active();
        answers.complete(requestId, result);
    }

    @Override
    public void close() {
        answers.close();
        parts.sessions().closed(this);
    }

    /** Calls a direct method; the answer may also fail with {@link HubRefusedException}, when the client goes away. */
    public CompletableFuture<MethodResult> invoke(String method, byte[] payload, Duration responseTimeout)
            throws HubRefusedException {
        var answer = new CompletableFuture<MethodResult>();
        link.invoke(new MethodCall(answers.begin(answer), method, payload, responseTimeout));
        return answer;
    }

    void desired(TwinPatch patch) {
        if (listensTo(Feature.DESIRED)) {
            link.desired(patch);
        }
    }

    void disconnect(String reason) {
        link.disconnect(reason);
    }

    boolean listensTo(Feature feature) {
        synchronized (features) {
            return features.contains(feature);
        }
    }

    Instant lastActivity() {
        return lastActivity;
    }

    Registered registered() {
        return registered;
    }

    private void change(Feature feature, boolean wanted) {
        active();
        Set<Feature> now;
        synchronized (features) {
            var _ = wanted ? features.add(feature) : features.remove(feature);
            now = Set.copyOf(features);
        }
        parts.sessions().subscribed(this, client.persistent() ? now : Set.of());
    }

    /** What the hub says of a message, whatever its client says (service-protocols.md §4.5). */
    private Message stamped(Message message) {
        Map<String, String> properties = new HashMap<>(message.systemProperties());
        properties.put(SystemProperties.CONNECTION_DEVICE_ID, identity().deviceId());
        if (identity().moduleId() != null) {
            properties.put(SystemProperties.CONNECTION_MODULE_ID, identity().moduleId());
        }
        if (!client.modelId().isEmpty()) {
            properties.put(SystemProperties.MODEL_ID, client.modelId());
        }
        properties.put(AUTH_GENERATION, registered.generationId());
        properties.put(AUTH_METHOD, authMethod());
        properties.put(SOURCE, "Telemetry");
        return new Message(identity(), properties, message.properties(), message.payload());
    }

    private String authMethod() {
        String type = switch (registered.authentication().type()) {
            case SAS, NONE -> "sas";
            case SELF_SIGNED, CERTIFICATE_AUTHORITY -> "x509";
        };
        return "{\"scope\":\"" + (identity().isModule() ? "module" : "device") + "\",\"type\":\"" + type
                + "\",\"issuer\":\"iothub\",\"acceptingIpFilterRule\":null}";
    }

    private void active() {
        lastActivity = parts.time().now();
    }
}

package kant.iothub.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kant.iothub.auth.Admitted;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.registry.Registered;
import kant.model.auth.Credential;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.protocol.port.ClientInfo;
import kant.protocol.port.ClientLink;
import kant.protocol.port.Session;

/** One connected device or module. */
public final class DeviceSession implements Session {
    private final ClientInfo client;
    private final ClientLink link;
    private final SessionParts parts;
    private final SessionWork work;
    private final MethodAnswers answers = new MethodAnswers();
    private final Set<Feature> features = EnumSet.noneOf(Feature.class); // guarded by itself
    private final Set<Feature> restored;
    private final CloudDeliveries cloudMessages;
    private volatile Admitted admitted;
    private volatile Instant lastActivity;

    public DeviceSession(
            Admitted admitted, ClientInfo client, ClientLink link, Set<Feature> restored, SessionParts parts) {
        this.admitted = admitted;
        this.client = client;
        this.link = link;
        this.restored = Set.copyOf(restored);
        this.parts = parts;
        work = new SessionWork(parts.tasks());
        cloudMessages = new CloudDeliveries(identity(), link, parts.cloudMessages(), parts.tasks());
        features.addAll(restored);
        lastActivity = parts.time().now();
    }

    /** The newer credential must prove the very identity that the session was opened with. */
    @Override
    public CompletionStage<Void> renew(Credential credential) {
        active();
        return work.perform(() -> {
            Admitted again = parts.authenticator().authenticate(identity(), client.authChain(), credential);
            if (!again.registered().generationId().equals(registered().generationId())) {
                throw new HubRefusedException(
                        ErrorCode.UNAUTHORIZED, "\"" + identity() + "\" was registered anew; connect again");
            }
            admitted = again;
        });
    }

    @Override
    public IdentityId identity() {
        return admitted.registered().id();
    }

    @Override
    public Set<Feature> restored() {
        return restored;
    }

    @Override
    public CompletionStage<Void> send(Message message) {
        active();
        try {
            return parts.telemetry()
                    .append(Stamp.on(message, admitted, client.modelId()))
                    .thenAccept(_ -> {});
        } catch (HubRefusedException e) {
            return CompletableFuture.failedStage(e.refused());
        }
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
    public CompletionStage<OptionalLong> report(ObjectNode patch, long expectedVersion) {
        active();
        return work.run(
                () -> OptionalLong.of(parts.twins().report(identity(), patch, OptionalLong.of(expectedVersion))));
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

    @Override
    public void settle(long deliveryId, Settlement settlement) {
        active();
        cloudMessages.settle(deliveryId, settlement);
    }

    @Override
    public void methodResult(String requestId, MethodResult result) {
        active();
        answers.complete(requestId, result);
    }

    @Override
    public void close() {
        answers.close();
        cloudMessages.close();
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

    /** Its queue has a message that nobody holds. */
    void cloudMessageWaits() {
        cloudMessages.wake();
    }

    /** Begins to deliver what the subscriptions of an earlier connection ask for; once the head knows the session. */
    public void start() {
        cloudMessages.listen(listensTo(Feature.CLOUD_TO_DEVICE));
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

    Admitted admitted() {
        return admitted;
    }

    private Registered registered() {
        return admitted.registered();
    }

    private void change(Feature feature, boolean wanted) {
        active();
        Set<Feature> now;
        synchronized (features) {
            var _ = wanted ? features.add(feature) : features.remove(feature);
            now = Set.copyOf(features);
        }
        parts.sessions().subscribed(this, client.persistent() ? now : Set.of());
        if (feature == Feature.CLOUD_TO_DEVICE) {
            cloudMessages.listen(wanted);
        }
    }

    private void active() {
        lastActivity = parts.time().now();
    }
}

package kant.edgeagent.sim;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.model.message.Message;
import kant.model.message.Settlement;
import kant.model.twin.MethodCall;
import kant.model.twin.MethodResult;
import kant.model.twin.TwinMerge;
import kant.model.twin.TwinPatch;
import kant.model.twin.TwinProperties;
import kant.upstream.Access;
import kant.upstream.Link;
import kant.upstream.LinkState;
import kant.upstream.UpstreamIdentity;
import kant.upstream.UpstreamListener;
import org.jspecify.annotations.Nullable;

/** The parent with the agent's twin, and the link to it, which can be cut. */
public final class SimHub implements Link, UpstreamIdentity {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ObjectNode desired = JsonNodeFactory.instance.objectNode();
    private long desiredVersion = 1;
    private ObjectNode reported = JsonNodeFactory.instance.objectNode();
    private final List<ObjectNode> patches = new ArrayList<>();
    private final Map<String, MethodResult> results = new HashMap<>();
    private @Nullable UpstreamListener listener;
    private boolean up;
    private boolean failing;
    private int twinReads;

    public void connect() {
        up = true;
        if (listener != null) {
            listener.up();
        }
    }

    public void cut() {
        up = false;
        if (listener != null) {
            listener.down("cut");
        }
    }

    /** Whether twin requests and reports fail although the link is up. */
    public void failing(boolean isFailing) {
        failing = isFailing;
    }

    /** Replaces the desired properties and tells it as a full replacement does: what is gone is null. */
    public void deploy(ObjectNode next) {
        ObjectNode patch = TwinMerge.diff(desired, next);
        change(patch);
    }

    /** Patches the desired properties; told only while the link is up. */
    public void change(ObjectNode patch) {
        desired = TwinMerge.merge(desired, patch);
        desiredVersion++;
        if (up && listener != null) {
            listener.desired(new TwinPatch(patch, desiredVersion));
        }
    }

    /** The same, the telling being lost. */
    public void changeUnheard(ObjectNode patch) {
        desired = TwinMerge.merge(desired, patch);
        desiredVersion++;
    }

    public void reported(ObjectNode before) {
        reported = before;
    }

    public ObjectNode reported() {
        return reported;
    }

    public List<ObjectNode> patches() {
        return patches;
    }

    public long desiredVersion() {
        return desiredVersion;
    }

    public int twinReads() {
        return twinReads;
    }

    public MethodResult call(String name, String payload) {
        if (listener == null) {
            throw new AssertionError("nobody is attached");
        }
        String rid = Integer.toString(results.size());
        listener.invoke(new MethodCall(rid, name, payload.getBytes(StandardCharsets.UTF_8), Duration.ofSeconds(1)));
        MethodResult result = results.get(rid);
        if (result == null) {
            throw new AssertionError("no answer to " + name);
        }
        return result;
    }

    @Override
    public UpstreamIdentity attach(Access access, UpstreamListener newListener) {
        listener = newListener;
        return this;
    }

    @Override
    public LinkState state() {
        return up ? LinkState.UP : LinkState.DOWN;
    }

    @Override
    public void onChange(Consumer<LinkState> changed) {}

    @Override
    public IdentityId id() {
        return IdentityId.module("d", IdentityId.EDGE_AGENT);
    }

    @Override
    public boolean up() {
        return up;
    }

    @Override
    public int window() {
        return 1;
    }

    @Override
    public CompletionStage<Void> send(Message message) {
        throw new AssertionError("the agent sends no messages");
    }

    @Override
    public CompletionStage<TwinProperties> twin() {
        twinReads++;
        return failing || !up
                ? unavailable()
                : CompletableFuture.completedFuture(
                        new TwinProperties(desired.deepCopy(), desiredVersion, reported.deepCopy(), patches.size()));
    }

    @Override
    public CompletionStage<OptionalLong> report(ObjectNode patch) {
        if (failing || !up) {
            return unavailable();
        }
        patches.add(overTheWire(patch));
        reported = TwinMerge.merge(reported, overTheWire(patch));
        return CompletableFuture.completedFuture(OptionalLong.of(patches.size()));
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
    public void settle(long deliveryId, Settlement settlement) {}

    @Override
    public void methodResult(String requestId, MethodResult result) {
        results.put(requestId, result);
    }

    @Override
    public void retry() {}

    @Override
    public void close() {}

    /** Text and back: nodes come back as a parser makes them. */
    private static ObjectNode overTheWire(ObjectNode json) {
        try {
            return (ObjectNode) MAPPER.readTree(json.toString());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static <T> CompletionStage<T> unavailable() {
        return CompletableFuture.failedFuture(new RefusedException(new Refusal.Unavailable("no link")));
    }
}

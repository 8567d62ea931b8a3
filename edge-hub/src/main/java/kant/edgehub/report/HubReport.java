package kant.edgehub.report;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import kant.edgehub.route.CurrentConfiguration.StatusReport;
import kant.edgehub.session.Presence;
import kant.edgehub.twin.Twins;
import kant.model.identity.IdentityId;
import kant.model.twin.TwinProperties;
import kant.store.segment.Durability;
import kant.world.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the reported properties of {@code $edgeHub}; the twins bring them to the parent when it can be reached. */
public final class HubReport implements StatusReport, Presence {
    private static final Logger log = LoggerFactory.getLogger(HubReport.class);

    private final IdentityId hub;
    private final Twins twins;
    private final Time time;
    private final String version;
    private final AtomicReference<@Nullable ObjectNode> toldOfStore = new AtomicReference<>();

    public HubReport(IdentityId hub, Twins twins, Time time, String version) {
        this.hub = hub;
        this.twins = twins;
        this.time = time;
        this.version = version;
    }

    /** What this program is. */
    public void started() {
        ObjectNode patch = object();
        patch.put("schemaVersion", "1.0");
        patch.putObject("version").put("version", version).put("build", "").put("commit", "");
        report(patch);
    }

    /** The link to the parent is so now. */
    public void link(ObjectNode upstream) {
        ObjectNode patch = object();
        patch.set("upstream", upstream);
        report(patch);
    }

    /** How messages are kept; said again when it changes. */
    public void store(Durability durability, long maxBytes) {
        ObjectNode patch = object();
        patch.putObject("store")
                .put("durability", durability.name().toLowerCase(Locale.ROOT))
                .put("maxBytes", maxBytes);
        if (!patch.equals(toldOfStore.getAndSet(patch))) {
            report(patch);
        }
    }

    @Override
    public void outcome(long desiredVersion, int code, String description) {
        ObjectNode patch = object();
        patch.put("lastDesiredVersion", desiredVersion);
        patch.putObject("lastDesiredStatus").put("code", code).put("description", description);
        report(patch);
    }

    @Override
    public void connected(IdentityId id) {
        report(client(id, "Connected", "lastConnectedTimeUtc"));
    }

    @Override
    public void disconnected(IdentityId id) {
        report(id.isModule() ? client(id, "Disconnected", "lastDisconnectedTimeUtc") : gone(clientKey(id)));
    }

    /** Corrects what an earlier run, that ended without a word, left as connected. */
    public void correct(TwinProperties twin, Predicate<IdentityId> connected) {
        for (var field : twin.reported().path("clients").properties()) {
            boolean shown = field.getValue().path("status").asText("").equals("Connected");
            identity(field.getKey()).filter(id -> shown && !connected.test(id)).ifPresent(this::disconnected);
        }
    }

    /** An identity as a name that the twin allows: {@code .}, {@code $} and blank are percent-encoded. */
    static String clientKey(IdentityId id) {
        return id.text().replace(".", "%2E").replace("$", "%24").replace(" ", "%20");
    }

    /** The opposite; empty for a name that is not ours. */
    private static Optional<IdentityId> identity(String key) {
        try {
            return Optional.of(
                    IdentityId.parse(key.replace("%20", " ").replace("%24", "$").replace("%2E", ".")));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private ObjectNode client(IdentityId id, String status, String timeName) {
        ObjectNode patch = object();
        patch.putObject("clients")
                .putObject(clientKey(id))
                .put("status", status)
                .put(timeName, time.now().truncatedTo(ChronoUnit.MILLIS).toString());
        return patch;
    }

    private static ObjectNode gone(String key) {
        ObjectNode patch = object();
        patch.putObject("clients").putNull(key);
        return patch;
    }

    private void report(ObjectNode patch) {
        var _ = twins.reportOwn(hub, patch).whenComplete((_, failure) -> {
            if (failure != null) {
                log.atWarn()
                        .addKeyValue("reason", failure.getMessage())
                        .log("the hub's own reported properties could not be kept");
            }
        });
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}

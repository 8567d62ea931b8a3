package kant.edgehub.route;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;
import kant.model.error.RefusedException;
import kant.model.twin.TwinProperties;
import kant.store.state.KeyedState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration in force. A bad one changes nothing and is reported; the last good one is on disk, apart from the cached
 * twin, so that a hub that restarts with a bad twin routes as before.
 */
public final class CurrentConfiguration {
    /** Description of a refused configuration begins so, as the original's does. */
    static final String REFUSED = "Error while parsing desired properties - ";

    private static final Logger log = LoggerFactory.getLogger(CurrentConfiguration.class);
    private static final String KEY = "configuration/last-good";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ConfigurationParser parser;
    private final KeyedState state;
    private final Consumer<HubConfiguration> inForce;
    private final StatusReport report;
    private volatile @Nullable HubConfiguration current;
    private long toldVersion = Long.MIN_VALUE;
    private volatile boolean told;

    /** Where the outcome of a configuration is told, for the reported properties. */
    public interface StatusReport {
        /** @param code 200 or 400 */
        void outcome(long version, int code, String description);
    }

    /** @param inForce called with each configuration as it comes into force, before a message is routed by it */
    public CurrentConfiguration(
            ConfigurationParser parser, KeyedState state, Consumer<HubConfiguration> inForce, StatusReport report) {
        this.parser = parser;
        this.state = state;
        this.inForce = inForce;
        this.report = report;
    }

    /** Empty before the first good configuration. */
    public Optional<HubConfiguration> get() {
        return Optional.ofNullable(current);
    }

    /** Whether there is a configuration, or at least a word of the parent: before that nobody may be let in. */
    public boolean decided() {
        return told || current != null;
    }

    /** Takes the last good configuration of an earlier run, with no parent in sight; says whether there is one. */
    public synchronized boolean restore() {
        Optional<byte[]> stored = state.get(KEY);
        if (stored.isEmpty()) {
            return false;
        }
        try {
            var json = (ObjectNode) JSON.readTree(stored.get());
            apply(parser.parse(
                    (ObjectNode) json.get("desired"), json.path("version").asLong()));
            return true;
        } catch (IOException | ClassCastException | RefusedException e) {
            log.atWarn()
                    .addKeyValue("reason", e.getMessage())
                    .log("the stored configuration is not usable, waiting for the parent's");
            return false;
        }
    }

    /** Takes the twin as it is now; the same version again changes nothing. */
    public synchronized void offer(TwinProperties twin) {
        if (twin.desiredVersion() == toldVersion) {
            return;
        }
        toldVersion = twin.desiredVersion();
        try {
            HubConfiguration next = parser.parse(twin.desired(), twin.desiredVersion());
            apply(next);
            remember(twin);
            report.outcome(twin.desiredVersion(), 200, "");
        } catch (RefusedException e) {
            log.atError()
                    .addKeyValue("version", twin.desiredVersion())
                    .addKeyValue("reason", e.getMessage())
                    .log("the hub's desired properties are refused, the routes stay as they were");
            report.outcome(twin.desiredVersion(), 400, REFUSED + e.getMessage());
        }
        told = true;
    }

    private void apply(HubConfiguration next) {
        inForce.accept(next);
        current = next;
        log.atInfo()
                .addKeyValue("version", next.version())
                .addKeyValue("routes", next.routes().routes().size())
                .log("configuration in force");
    }

    private void remember(TwinProperties twin) {
        try {
            ObjectNode json = JSON.createObjectNode();
            json.put("version", twin.desiredVersion());
            json.set("desired", twin.desired());
            state.put(KEY, JSON.writeValueAsBytes(json));
        } catch (IOException e) {
            log.atError()
                    .addKeyValue("reason", e.getMessage())
                    .log("the configuration cannot be written to disk; it is in force until the next restart");
        }
    }
}

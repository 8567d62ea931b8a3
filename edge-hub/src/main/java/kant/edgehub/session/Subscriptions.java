package kant.edgehub.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import kant.model.identity.IdentityId;
import kant.model.message.Feature;
import kant.store.state.KeyedState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The subscriptions of persistent sessions (MQTT clean session 0), on disk; writing blocks. */
final class Subscriptions {
    private static final Logger log = LoggerFactory.getLogger(Subscriptions.class);
    private static final String PREFIX = "subscriptions/";

    private final KeyedState state;

    Subscriptions(KeyedState state) {
        this.state = state;
    }

    /** What an earlier session left; empty where there was none. */
    Optional<Set<Feature>> find(IdentityId id) {
        return state.get(PREFIX + id.text()).map(bytes -> parse(id, new String(bytes, StandardCharsets.UTF_8)));
    }

    void keep(IdentityId id, Set<Feature> features) throws IOException {
        String text =
                String.join(",", features.stream().map(Enum::name).sorted().toList());
        state.put(PREFIX + id.text(), text.getBytes(StandardCharsets.UTF_8));
    }

    void forget(IdentityId id) throws IOException {
        state.remove(PREFIX + id.text());
    }

    private static Set<Feature> parse(IdentityId id, String text) {
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (String name : text.split(",")) {
            if (!name.isEmpty()) {
                try {
                    features.add(Feature.valueOf(name));
                } catch (IllegalArgumentException _) {
                    log.atWarn()
                            .addKeyValue("identity", id)
                            .addKeyValue("feature", name)
                            .log("stored subscription is not known to this version, left out");
                }
            }
        }
        return features;
    }
}

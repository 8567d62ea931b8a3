package kant.conformance.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.function.Predicate;
import kant.conformance.Waits;

/** Waits for what an agent reports. */
final class Reports {
    private Reports() {}

    /** What is reported when it fits; a failure tells what was reported last. */
    static JsonNode await(String what, Duration limit, Waits.Source<JsonNode> reported, Predicate<JsonNode> wanted)
            throws Exception {
        JsonNode[] last = new JsonNode[1];
        try {
            return Waits.value(what, limit, () -> {
                last[0] = reported.look();
                return wanted.test(last[0]) ? last[0] : null;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; reported is " + last[0], e);
        }
    }
}

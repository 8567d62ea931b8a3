package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.twin.TwinProperties;
import kant.routing.Condition;
import kant.routing.Explanation;
import kant.routing.TwinSource;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Any condition that compiles can be asked about any body, and says the same as its explanation. */
class ConditionsFuzz {
    private static final IdentityId LEAF = IdentityId.device("leaf");
    private static final TwinSource TWINS = _ -> Optional.of(TwinProperties.parse(Twins.TWIN));

    /** Body and condition stand on one line, a tab between them. */
    static Stream<Arguments> seeds() {
        return Seeds.texts("conditions.txt").map(line -> {
            int tab = line.indexOf('\t');
            byte[] body = line.substring(0, Math.max(0, tab)).getBytes(StandardCharsets.UTF_8);
            return Arguments.of(line.substring(tab + 1), body);
        });
    }

    @MethodSource("seeds")
    @FuzzTest
    void condition(@NotNull String text, byte @NotNull [] body) {
        Condition condition;
        try {
            condition = Condition.compile(text);
        } catch (RefusedException e) {
            return;
        }
        for (String encoding : new String[] {"utf-8", "utf-16", "utf-32"}) {
            var message = new Message(
                    LEAF,
                    Map.of(
                            SystemProperties.CONTENT_TYPE,
                            "application/json",
                            SystemProperties.CONTENT_ENCODING,
                            encoding),
                    Map.of("a", "1", "b", new String(body, StandardCharsets.UTF_8)),
                    body);
            boolean holds = condition.holds(message, TWINS);
            boolean match = condition.explain(message, TWINS).verdict() == Explanation.Verdict.MATCH;
            if (holds != match) {
                throw new AssertionError(
                        "a condition " + (holds ? "holds" : "does not hold") + " and is explained otherwise");
            }
        }
    }
}

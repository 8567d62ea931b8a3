package kant.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.routing.Condition;
import kant.routing.TwinSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.MethodSource;

/** A body is JSON to our scanner exactly where it is to Jackson, and a field has the value that it has there. */
class BodiesFuzz {
    private static final JsonMapper JACKSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(1 << 20)
                            .maxNumberLength(1 << 20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** The escape of one half of a surrogate pair. */
    private static final Pattern HALF_PAIR = Pattern.compile("\\\\u[dD][89a-fA-F]");

    static Stream<byte[]> seeds() {
        return Seeds.lined("bodies.txt");
    }

    @MethodSource("seeds")
    @FuzzTest
    void body(byte @NotNull [] bytes) throws RefusedException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        var message = new Message(
                IdentityId.device("leaf"),
                Map.of(SystemProperties.CONTENT_TYPE, "application/json", SystemProperties.CONTENT_ENCODING, "utf-8"),
                Map.of(),
                text.getBytes(StandardCharsets.UTF_8));
        JsonNode tree = tree(text);
        if (tree == null && HALF_PAIR.matcher(text).find()) {
            return; // Jackson refuses one in a name, which RFC 8259 §8.2 lets be
        }
        boolean object = tree != null && tree.isObject();
        // a path that leads nowhere is null, and undefined in what is no object
        expect(
                object,
                Condition.compile("is_defined($body.there-is-no-such-name)").holds(message, TwinSource.NONE));
        if (object) {
            JsonNode a = tree.path("a");
            expect(a.isTextual(), Condition.compile("is_string($body.a)").holds(message, TwinSource.NONE));
            expect(
                    a.isNumber() && !Double.isInfinite(a.doubleValue()),
                    Condition.compile("is_number($body.a)").holds(message, TwinSource.NONE));
            expect(
                    tree.path("a").path("b").path(0).isBoolean(),
                    Condition.compile("is_bool($body.a.b[0])").holds(message, TwinSource.NONE));
        }
    }

    private static @Nullable JsonNode tree(String text) {
        try {
            return JACKSON.readTree(text);
        } catch (JacksonException e) {
            return null;
        } catch (IOException e) {
            throw new AssertionError("a text is read from memory", e);
        }
    }

    private static void expect(boolean expected, boolean actual) {
        if (expected != actual) {
            throw new AssertionError("Jackson says " + expected + ", the scanner " + actual);
        }
    }
}

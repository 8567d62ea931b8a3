package kant.edgehub.twin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** device-protocols.md §5.4, and checklist 44. */
class ReportedLimitsTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"a\":null,\"b\":{\"c\":[1,true,\"x\",{\"d\":null}]}}",
                "{\"n\":-4503599627370496,\"m\":4503599627370495,\"f\":1e300}",
                "{\"1\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":{\"7\":{\"8\":{\"9\":{\"10\":1}}}}}}}}}}",
            })
    void allowed(String text) throws IOException {
        assertThat(ReportedLimits.check(json(text))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a.b\":1}",
                "{\"$a\":1}",
                "{\"a#\":1}",
                "{\"a b\":1}",
                "{\"a\\u0001\":1}",
                "{\"a\":[1,null]}",
                "{\"n\":-4503599627370497}",
                "{\"n\":4503599627370496}",
                "{\"n\":123456789012345678901234567890}",
                "{\"1\":{\"2\":{\"3\":{\"4\":{\"5\":{\"6\":{\"7\":{\"8\":{\"9\":{\"10\":{\"11\":1}}}}}}}}}}}",
            })
    void refused(String text) throws IOException {
        assertThat(ReportedLimits.check(json(text))).isPresent();
    }

    @Test
    void sizes_have_bounds() throws IOException {
        assertThat(ReportedLimits.check(json("{\"a\":\"" + "é".repeat(2048) + "\"}")))
                .isEmpty();
        assertThat(ReportedLimits.check(json("{\"a\":\"" + "é".repeat(2048) + "x\"}")))
                .isPresent();
        assertThat(ReportedLimits.check(json("{\"" + "k".repeat(1025) + "\":1}")))
                .isPresent();
        var big = new StringBuilder("{\"a0\":0");
        for (int i = 1; i < 10; i++) {
            big.append(",\"a")
                    .append(i)
                    .append("\":\"")
                    .append("x".repeat(4000))
                    .append('"');
        }
        assertThat(ReportedLimits.check(json(big + "}")))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("32768"));
    }

    @Test
    void the_place_is_named() throws IOException {
        assertThat(ReportedLimits.check(json("{\"a\":{\"b\":[0,null]}}")))
                .hasValueSatisfying(refusal -> assertThat(refusal.reason()).contains("/a/b/1"));
    }

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) JSON.readTree(text);
    }
}

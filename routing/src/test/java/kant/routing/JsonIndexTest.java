package kant.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The scanner takes what Jackson takes, refuses what it refuses, and finds what it finds. */
class JsonIndexTest {
    private static final int TEXTS = 40_000;
    private static final JsonMapper JACKSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\"a\"",
            "\"b\"",
            "\"a\\u0062\"",
            "\"\\ud83d\\ude00\\n\"",
            "\"å€😀\"",
            "\"",
            "\\",
            " ",
            "\n",
            "true",
            "false",
            "null",
            "nul",
            "0",
            "-0",
            "01",
            "1.5",
            "-12.25e-3",
            "1e400",
            "1E+2",
            "1.",
            ".5",
            "-",
            "9007199254740993",
            "0.1",
            "123456789012345678901234567890",
            "\t",
            "\u0001",
            "x");

    @Test
    void paths_lead_where_they_lead_in_a_tree() throws Exception {
        String text =
                "{\"a\":[1,{\"b\":[[],{\"c\":\"x\\\"\\u0041\"}]}],\"é\":-2.5e3,\"d\":{\"a\":null},\"d\":{\"e\":true}}";
        for (String path :
                List.of("a", "a[0]", "a[1].b[1].c", "a[1].b[0]", "a[2]", "é", "d.a", "d.e", "a.b", "d[0]", "x")) {
            assertThat(ours(text, path)).as(path).isEqualTo(jacksons(text, path));
        }
    }

    @Test
    void random_texts_are_json_to_both_or_to_neither() throws Exception {
        int good = 0;
        for (int seed = 0; seed < TEXTS; seed++) {
            var random = new SplittableRandom(seed);
            String text = random.nextInt(4) == 0 ? garbage(random) : mutated(value(random, 3), random);
            for (String path : List.of("a", "ab", "a[1].b", "b.a")) {
                Value expected = jacksons(text, path);
                assertThat(ours(text, path)).as("seed " + seed + ": " + text).isEqualTo(expected);
                good += expected == null ? 0 : 1;
            }
        }
        assertThat(good).isGreaterThan(TEXTS / 4);
    }

    private static @Nullable Value ours(String text, String path) throws Exception {
        JsonIndex index = new JsonScanner(text.getBytes(StandardCharsets.UTF_8)).scan();
        return index == null ? null : index.at(JsonPath.parse(path));
    }

    private static @Nullable Value jacksons(String text, String path) throws Exception {
        try {
            JsonNode root = JACKSON.readTree(text);
            if (root.isMissingNode()) {
                return null;
            }
            JsonNode node = JsonPath.parse(path).in(root);
            if (node == null || node.isNull()) {
                return Value.NULL;
            }
            return node.isTextual()
                    ? Value.of(node.textValue())
                    : node.isNumber()
                            ? Value.of(node.doubleValue())
                            : node.isBoolean() ? Value.of(node.booleanValue()) : Value.UNDEFINED;
        } catch (JacksonException _) {
            return null;
        }
    }

    private static String garbage(SplittableRandom random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(8); i >= 0; i--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    private static String value(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 4)) {
            case 0 -> "\"x\"";
            case 1 -> "-1.25";
            case 2 -> "true";
            case 3 -> "null";
            case 4 -> "[" + value(random, depth - 1) + " , " + value(random, depth - 1) + "]";
            default ->
                "{\"a\":" + value(random, depth - 1) + ",\"" + (random.nextBoolean() ? "a\\u0062" : "b") + "\": "
                        + value(random, depth - 1) + "}";
        };
    }

    private static String mutated(String text, SplittableRandom random) {
        if (random.nextBoolean()) {
            return text;
        }
        int at = random.nextInt(text.length());
        String piece = PIECES.get(random.nextInt(PIECES.size()));
        return text.substring(0, at) + piece + text.substring(at + random.nextInt(2));
    }
}

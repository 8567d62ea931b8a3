package kant.model.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayInputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class JsonTextTest {
    private static final List<String> TEXTS = List.of(
            "{}",
            "[]",
            "null",
            "",
            " ",
            "true",
            "\"a\\u00e9\\n\\u0001\\\"/\\ud83d\\ude00\"",
            "0",
            "-0",
            "-0.0",
            "1.50",
            "1e400",
            "2147483648",
            "123456789012345678901234567890",
            "{\"a\":1,\"a\":{\"b\":[1,{\"c\":[]},[[]],{}]},\"\":null}",
            "[{\"x\":[true,false,null,1.5,\"s\"]},{\"y\":{\"z\":{}}}] trailing",
            "{\"$metadata\":{\"$lastUpdated\":\"2026\"},\"b\":1,\"a\":{\"d\":1,\"c\":2}}");

    private final ObjectMapper mapper = new ObjectMapper();

    @Test
    void trees_and_texts_are_those_of_an_object_mapper() throws Exception {
        var sorted = JsonMapper.builder()
                .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
                .build();
        var ascii =
                JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        for (String text : TEXTS) {
            JsonNode theirs = mapper.readTree(text);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

            assertThat(JsonText.read(text)).as(text).isEqualTo(theirs);
            assertThat(JsonText.read(bytes)).as(text).isEqualTo(theirs).hasSameClassAs(theirs);
            assertThat(JsonText.write(theirs)).isEqualTo(mapper.writeValueAsString(theirs));
            assertThat(JsonText.bytes(theirs)).isEqualTo(mapper.writeValueAsBytes(theirs));
            assertThat(JsonText.ascii(theirs)).isEqualTo(ascii.writeValueAsBytes(theirs));
            assertThat(JsonText.writeSorted(theirs)).isEqualTo(sorted.writeValueAsString(theirs));
        }
    }

    @Test
    void any_tree_comes_back_from_its_text() throws Exception {
        for (int seed = 0; seed < 500; seed++) {
            JsonNode tree = tree(new SplittableRandom(seed), 5);

            String text = JsonText.write(tree);

            assertThat(text).as("seed %d", seed).isEqualTo(mapper.writeValueAsString(tree));
            assertThat(JsonText.read(text)).as("seed %d", seed).isEqualTo(mapper.readTree(text));
        }
    }

    private static JsonNode tree(SplittableRandom random, int depth) {
        var nodes = JsonNodeFactory.instance;
        return switch (random.nextInt(depth > 0 ? 11 : 9)) {
            case 0 -> nodes.nullNode();
            case 1 -> nodes.booleanNode(random.nextBoolean());
            case 2 -> nodes.numberNode(random.nextInt());
            case 3 -> nodes.numberNode(random.nextLong());
            case 4 -> nodes.numberNode(random.nextDouble());
            case 5 -> nodes.numberNode(new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(30)));
            case 6 -> nodes.numberNode(BigInteger.valueOf(random.nextLong()).pow(3));
            case 7 -> nodes.textNode(Character.toString(random.nextInt(0xd800)) + random.nextInt());
            case 8 -> nodes.binaryNode(new byte[random.nextInt(100)]);
            case 9 -> {
                var array = nodes.arrayNode();
                random.ints(random.nextInt(5)).forEach(_ -> array.add(tree(random, depth - 1)));
                yield array;
            }
            default -> {
                var object = nodes.objectNode();
                random.ints(random.nextInt(5))
                        .forEach(i -> object.set("m" + Integer.remainderUnsigned(i, 9), tree(random, depth - 1)));
                yield object;
            }
        };
    }

    @Test
    void what_is_not_json_is_refused_as_an_object_mapper_does() {
        for (String text : List.of("{", "[1,", "{\"a\"}", "{\"a\":}", "nul", "{a:1}", "\"", "01", "]", "NaN")) {
            String reason = null;
            try {
                mapper.readTree(text);
            } catch (JsonProcessingException e) {
                reason = e.getOriginalMessage();
            }

            assertThat(reason).as(text).isNotNull();
            assertThatThrownBy(() -> JsonText.read(text))
                    .as(text)
                    .isInstanceOfSatisfying(
                            JsonProcessingException.class,
                            e -> assertThat(e.getLocation()).isNotNull());
        }
    }

    /** On a stack as small as the programs' threads have; deeper is the parser's to refuse. */
    @Test
    void a_deep_text_needs_no_stack() throws Exception {
        String deep = "[{\"a\":".repeat(490) + "1" + "}]".repeat(490);
        var failure = new Throwable[1];
        var thread = new Thread(
                null,
                () -> {
                    try {
                        assertThat(JsonText.write(JsonText.read(deep))).isEqualTo(deep);
                    } catch (Throwable e) {
                        failure[0] = e;
                    }
                },
                "small",
                160 * 1024);
        thread.start();
        thread.join();

        assertThat(failure[0]).isNull();
        assertThatThrownBy(() -> JsonText.read("[".repeat(1_001))).isInstanceOf(JsonProcessingException.class);
    }

    @Test
    void values_of_a_stream_come_one_after_another() throws Exception {
        byte[] text = "{\"a\":1}\n{\"a\":2}\r\n[3] null".getBytes(StandardCharsets.UTF_8);

        try (JsonValues values = JsonText.values(new ByteArrayInputStream(text))) {
            assertThat(values.next()).isEqualTo(mapper.readTree("{\"a\":1}"));
            assertThat(values.next()).isEqualTo(mapper.readTree("{\"a\":2}"));
            assertThat(values.next()).isEqualTo(mapper.readTree("[3]"));
            assertThat(values.next()).isEqualTo(JsonNodeFactory.instance.nullNode());
            assertThat(values.next()).isNull();
        }
    }
}

package kant.iothub.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever text comes, it is a query or a refusal with a reason. */
class HostileQueryTest {
    private static final int TEXTS = 20_000;
    private static final List<String> PIECES = List.of(
            "SELECT ",
            "TOP 3 ",
            "* ",
            "COUNT() ",
            "FROM ",
            "devices",
            ".modules ",
            " WHERE ",
            "tags.a",
            "deviceId",
            " = ",
            " <> ",
            "<=",
            " AND ",
            " OR ",
            "NOT ",
            " IN ",
            "['a', 'b']",
            "(",
            ")",
            "'x'",
            "''",
            "'",
            "\"",
            "[[a-b]]",
            "[[",
            "1",
            "-1.5e3",
            "1e999",
            "null",
            "true",
            "is_defined(",
            "contains(",
            ",",
            ".",
            "$version",
            "properties.reported",
            "\u0000",
            "é",
            "\ud83d");

    @Test
    void every_text_is_understood_or_refused_with_a_reason() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        int understood = 0;
        for (int i = 0; i < TEXTS; i++) {
            String text = (random.nextBoolean() ? "SELECT * FROM devices WHERE " : "") + text(random);
            try {
                QueryParser.query(text).matches(_ -> MissingNode.getInstance());
                QueryParser.query(text).matches(_ -> TextNode.valueOf("x"));
                understood++;
            } catch (QueryException e) {
                assertThat(e.reason()).as("seed %d: %s", seed, text).isNotBlank();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + text, e);
            }
        }
        assertThat(understood)
                .as("seed %d: the generator must make some that are right", seed)
                .isGreaterThan(50);
    }

    private static String text(Random random) {
        var text = new StringBuilder();
        for (int n = random.nextInt(8); n >= 0; n--) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}

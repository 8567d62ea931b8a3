package kant.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whatever the text, the answer is a route or a refusal, in bounded time and stack. */
class HostileTextTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int TEXTS = 200_000;
    private static final int LONGEST = Condition.MAX_CHARACTERS;

    /** What the programs' threads have ({@code -Xss256k}). */
    private static final long STACK_BYTES = 256 * 1024;

    private static final List<String> PIECES = List.of(
            "FROM",
            "SELECT",
            "*",
            "WHERE",
            "INTO",
            " ",
            " ",
            " ",
            "\n",
            "/",
            "/*",
            "*/",
            "/messages",
            "/messages/*",
            "$upstream",
            "BrokeredEndpoint",
            "(",
            ")",
            "'",
            "\"",
            "\\",
            "\\u00",
            "'/modules/a/inputs/b'",
            "=",
            "!=",
            "<",
            ">=",
            "??",
            "||",
            "+",
            "-",
            "%",
            "and",
            "or",
            "not",
            "a",
            "$body.a",
            "$body.a[0]",
            "{",
            "}",
            "$twin.x",
            "[",
            "]",
            ",",
            ";",
            "1",
            "0x",
            ".5",
            "1e",
            "null",
            "undefined",
            "true",
            "abs",
            "concat",
            "\u0000",
            "å",
            "\ud800",
            "\u2028");

    @Test
    void random_text_compiles_or_is_refused() {
        Assertions.assertTimeoutPreemptively(LIMIT, () -> {
            for (int seed = 0; seed < TEXTS; seed++) {
                var random = new SplittableRandom(seed);
                var text = new StringBuilder(random.nextBoolean() ? "FROM /messages/* WHERE " : "");
                for (int i = random.nextInt(30); i > 0; i--) {
                    text.append(PIECES.get(random.nextInt(PIECES.size())));
                }
                text.append(random.nextBoolean() ? " INTO $upstream" : "");
                compiledOrRefused(text.toString());
            }
        });
    }

    @Test
    void random_characters_compile_or_are_refused() {
        Assertions.assertTimeoutPreemptively(LIMIT, () -> {
            for (int seed = 0; seed < TEXTS / 10; seed++) {
                var random = new SplittableRandom(seed);
                var text = new StringBuilder("FROM /* WHERE ");
                for (int i = random.nextInt(60); i > 0; i--) {
                    text.append((char) random.nextInt(random.nextInt(4) == 0 ? 0x10000 : 0x80));
                }
                compiledOrRefused(text.toString());
            }
        });
    }

    @Test
    void deep_and_long_texts_need_neither_much_stack_nor_time() throws Exception {
        var task = new FutureTask<Void>(() -> {
            for (String piece : List.of(
                    "(",
                    "not ",
                    "- ",
                    "abs(",
                    "a ?? (",
                    "/* ",
                    "'a ",
                    "\"",
                    "\\",
                    "{",
                    "$body.a[0]",
                    "[0]",
                    "1 + ",
                    "x() + ",
                    "(1 < 'x') and ",
                    "a = 'x' or ",
                    "(a = 'x' or ",
                    "9",
                    "\n",
                    "*/")) {
                String many = piece.repeat(LONGEST / piece.length() + 1);
                compiledOrRefused(("FROM /* WHERE " + many).substring(0, LONGEST));
                compiledOrRefused("FROM /* WHERE " + many.substring(0, LONGEST - 100) + " true INTO $upstream");
                compiledOrRefused(many);
            }
            return null;
        });
        Thread.ofPlatform().stackSize(STACK_BYTES).start(task);

        task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void the_deepest_and_the_longest_condition_that_compile_also_run_on_a_small_stack() throws Exception {
        String deep = "true";
        for (int i = 0; i < ConditionParser.MAX_DEPTH - 1; i++) {
            deep = "(a = 'x' ?? false or true and 1 = 1 = " + deep + ")";
        }
        var deepest = Conditions.where(deep);
        var longest = Conditions.where("a = 'x' or ".repeat(2_900) + "b = 'y'");
        var task = new FutureTask<>(() -> deepest.matches(Given.leaf().message())
                && longest.matches(Given.leaf().with("a", "").with("b", "y").message()));
        Thread.ofPlatform().stackSize(STACK_BYTES).start(task);

        assertThat(task.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Conditions.refusal("FROM /* WHERE " + "(".repeat(51) + "true" + ")".repeat(51) + " INTO $upstream"))
                .contains("nested deeper than 50");
    }

    @Test
    void a_text_beyond_the_limit_is_refused_and_a_reason_stays_short() {
        assertThat(Conditions.refusal("x".repeat(LONGEST + 1))).contains("has 32769 characters, more than 32768");
        assertThat(Conditions.refusal("FROM /* WHERE " + "nope() or ".repeat(3_000) + "true INTO $upstream"))
                .hasSizeLessThan(2_100);
    }

    private static void compiledOrRefused(String text) {
        try {
            Conditions.route(text)
                    .matches(Given.leaf().with("a", "x").json("{\"a\":[1]}").message());
        } catch (RefusedException e) {
            assertThat(e.refusal()).isInstanceOf(Refusal.Invalid.class);
            assertThat(e.refusal().reason()).isNotBlank();
        }
    }
}

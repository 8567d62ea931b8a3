package kant.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import kant.model.message.Message;
import org.junit.jupiter.api.Test;

/** The compiled predicate and the slow interpreter say the same about every condition and message. */
class CompilerPropertyTest {
    private static final int CONDITIONS = 30_000;
    private static final int MESSAGES = 4;

    @Test
    void compiled_conditions_agree_with_the_interpreter() throws Exception {
        int compiled = 0;
        int matched = 0;
        for (int seed = 0; seed < CONDITIONS; seed++) {
            var chance = new RandomConditions(new SplittableRandom(seed));
            String text = chance.condition(1 + seed * 5 / CONDITIONS);
            Expression expression = Conditions.parsed(text);
            boolean compiles = Conditions.errors(text).isEmpty();
            for (int i = 0; i < MESSAGES; i++) {
                var message = chance.message();
                String expected = interpreted(expression, message);
                String as =
                        "seed " + seed + ": " + text + " on " + message.properties() + new String(message.payload());
                assertThat(compiles).as(as).isEqualTo(!expected.equals("ill-typed"));
                if (compiles) {
                    Value value = Conditions.value(text, message);
                    assertThat(shown(value)).as(as).isEqualTo(expected);
                    assertThat(Conditions.holds(text, message)).as(as).isEqualTo(value == Value.Bool.TRUE);
                    matched += value == Value.Bool.TRUE ? 1 : 0;
                }
            }
            compiled += compiles ? 1 : 0;
        }
        // Without these the test could pass by comparing nothing.
        assertThat(compiled).isBetween(CONDITIONS / 3, CONDITIONS - 1);
        assertThat(matched).isGreaterThan(CONDITIONS / 4);
    }

    private static String interpreted(Expression expression, Message message) {
        try {
            return String.valueOf(new SlowInterpreter(message).run(expression).value())
                    .replace("-0.0", "0.0");
        } catch (SlowInterpreter.IllTyped _) {
            return "ill-typed";
        }
    }

    private static String shown(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Number(double n) -> Double.toString(n).replace("-0.0", "0.0");
            case Value.Bool bool -> bool == Value.Bool.TRUE ? "true" : "false";
            case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? "<null>" : "<undefined>";
        };
    }
}

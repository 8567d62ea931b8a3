package kant.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.SplittableRandom;
import kant.model.error.RefusedException;
import kant.model.message.Message;
import kant.routing.Explanation.Finding;
import kant.routing.Explanation.Verdict;
import org.junit.jupiter.api.Test;

class ExplanationTest {

    private static Explanation explain(String condition, Given given) throws Exception {
        return Condition.compile(condition).explain(given.message(), TwinSource.NONE);
    }

    @Test
    void a_false_condition_shows_what_its_values_were() throws Exception {
        Explanation explanation = explain(
                "as_number(t) > 20 and $body.on", Given.leaf().with("t", "19").json("{\"on\":true}"));

        assertThat(explanation.verdict()).isEqualTo(Verdict.FALSE);
        assertThat(explanation.values())
                .containsExactly(
                        new Finding("t", "'19'", "", 1, 11, 12), new Finding("$body.on", "true", "", 1, 23, 31));
    }

    @Test
    void an_undefined_one_names_what_was_not_there_and_why() throws Exception {
        assertThat(explain("t = 'x'", Given.leaf()).values())
                .containsExactly(
                        new Finding("t", "undefined", "the message has no application property of this name", 1, 1, 2));
        assertThat(explain("$body.t > 1", Given.leaf()).values())
                .containsExactly(
                        new Finding("$body.t", "undefined", "content type is not set, not application/json", 1, 1, 8));
        assertThat(explain("$twin.properties.desired.t = 1", Given.leaf()).values())
                .extracting(Finding::why)
                .containsExactly("the sender's twin is not known");
    }

    @Test
    void a_function_that_makes_nothing_of_something_is_named() throws Exception {
        Explanation explanation = explain("as_number(t) > 20", Given.leaf().with("t", "pear"));

        assertThat(explanation.verdict()).isEqualTo(Verdict.UNDEFINED);
        assertThat(explanation.values().getLast())
                .isEqualTo(new Finding("as_number", "undefined", "it is not defined for 'pear'", 1, 1, 10));
    }

    @Test
    void a_route_from_elsewhere_does_not_ask_its_condition() throws Exception {
        Route route = Conditions.route("FROM /messages/modules/a WHERE x = 'y' INTO $upstream");

        assertThat(route.explain(Given.leaf().message(), TwinSource.NONE))
                .isEqualTo(new Explanation(Verdict.OTHER_SOURCE, List.of()));
        assertThat(Route.sourceOf(Given.module("a").output("o").message())).isEqualTo("/messages/modules/a/outputs/o");
    }

    @Test
    void null_a_number_and_a_text_are_no_truth() throws Exception {
        for (String condition : List.of("null", "1 + 1", "'x'")) {
            assertThat(explain(condition, Given.leaf()).verdict()).isEqualTo(Verdict.NOT_BOOLEAN);
        }
        assertThat(explain("", Given.leaf()).verdict()).isEqualTo(Verdict.UNDEFINED);
    }

    @Test
    void a_bad_condition_is_refused_with_the_place() {
        assertThatThrownBy(() -> Condition.compile("a > 1"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Error parsing condition - line 1, columns 3-4: Invalid operands");
        assertThatThrownBy(() -> Condition.compile("true junk")).hasMessageContaining("columns 6-10");
    }

    @Test
    void the_explanation_agrees_with_the_condition() throws Exception {
        int explained = 0;
        for (int seed = 0; seed < 2_000; seed++) {
            var chance = new RandomConditions(new SplittableRandom(seed));
            String text = chance.condition(3);
            if (Conditions.errors(text).isEmpty()) {
                Message message = chance.message();
                Condition condition = Condition.compile(text);
                assertThat(condition.explain(message, TwinSource.NONE).verdict() == Verdict.MATCH)
                        .as(text)
                        .isEqualTo(condition.holds(message, TwinSource.NONE));
                explained++;
            }
        }
        assertThat(explained).isGreaterThan(500);
    }
}

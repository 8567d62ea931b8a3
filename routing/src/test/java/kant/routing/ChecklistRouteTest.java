package kant.routing;

import static kant.routing.Conditions.errorTexts;
import static kant.routing.Conditions.refusal;
import static kant.routing.Conditions.route;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kant.model.error.RefusedException;
import kant.model.message.Policy;
import kant.model.message.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checklist 1-17: route text, sources and sinks; and 51, 52, 54-56 as far as a table decides them. */
class ChecklistRouteTest {
    private static final Sink UPSTREAM = new Sink.Upstream();

    private static boolean takes(String source, Given given) throws RefusedException {
        return route("FROM " + source + " INTO $upstream").matches(given.message());
    }

    @Test
    void _01_keywords_in_any_case_and_literals_only_in_lower_case() throws Exception {
        var route = route("sElEcT * fRoM /messages/* wHeRe nOt (a = 'x') aNd b = 'y' oR c = 'z' iNtO $upstream");

        assertThat(route.matches(Given.leaf().with("a", "q").with("b", "y").message()))
                .isTrue();
        assertThat(Conditions.matches("TRUE = 'x'", Given.leaf().with("true", "x")))
                .isTrue();
        assertThat(Conditions.matches("Null = 'x'", Given.leaf().with("null", "x")))
                .isTrue();
        assertThat(Conditions.matches("TRUE", Given.leaf())).isFalse();
    }

    @Test
    void _02_select_is_optional() throws Exception {
        assertThat(route("SELECT * FROM /messages/* INTO $upstream").sink()).isEqualTo(UPSTREAM);
        assertThat(route("FROM /messages/* INTO $upstream").sink()).isEqualTo(UPSTREAM);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT FROM /messages/* INTO $upstream",
                "SELECT a FROM /messages/* INTO $upstream",
                "SELEKT * FROM /messages/* INTO $upstream",
                "FORM /messages/* INTO $upstream",
                "FROM INTO $upstream",
                "FROM /messages/* $upstream",
                "FROM /messages/* INTO",
                "FROM /messages/*",
                "FROM /messages/* WHERE INTO $upstream",
                "FROM /messages/* WHERE /* nothing */ INTO $upstream",
                "FROM /messages/* WHER true INTO $upstream",
                "FROM /messages/* WHERE 5 -5 = 0 INTO $upstream",
                "WHERE true"
            })
    void _02_a_part_that_is_missing_or_misspelt_is_an_error(String text) {
        assertThat(refusal(text)).contains("Syntax error.");
    }

    @Test
    void _02_an_empty_text_has_no_source() {
        assertThat(refusal("")).contains("Source cannot be null or empty");
        assertThat(refusal(" \n")).contains("Source cannot be null or empty");
    }

    @Test
    void _03_blanks_may_stand_between_the_items_of_a_source() throws Exception {
        assertThat(takes("/ messages / modules\n/ a / *", Given.module("a"))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"messages/*", "/messages/", "/messages/ ", "/", "/messages//*", "/ INTO"})
    void _03_a_source_begins_with_a_slash_and_does_not_end_with_one(String source) {
        assertThat(refusal("FROM " + source + " INTO $upstream")).contains("Syntax error.");
    }

    @Test
    void _04_a_source_matches_whole_segments_ignoring_case() throws Exception {
        assertThat(takes("/messages/modules/A", Given.module("A").output("o"))).isTrue();
        assertThat(takes("/MESSAGES/Modules/a/*", Given.module("A").output("o")))
                .isTrue();
        assertThat(takes("/messages/modules/A", Given.module("AB"))).isFalse();
        assertThat(takes("/messages/modules/A*", Given.module("AB"))).isFalse();
        assertThat(takes("/messages/modules/A*", Given.module("A"))).isTrue();
        assertThat(takes("/deviceLifecycleEvents", Given.leaf())).isFalse();
    }

    @Test
    void _05_messages_are_of_leaves_and_modules_and_a_star_takes_all() throws Exception {
        for (String source : List.of("/messages", "/messages/*")) {
            assertThat(takes(source, Given.leaf())).isTrue();
            assertThat(takes(source, Given.module("a").output("o"))).isTrue();
            assertThat(takes(source, Given.twinChange())).isFalse();
        }
        for (Given given : List.of(Given.leaf(), Given.module("a"), Given.twinChange())) {
            assertThat(takes("/*", given)).isTrue();
        }
    }

    @Test
    void _06_module_sources_select_modules_and_outputs() throws Exception {
        assertThat(takes("/messages/modules/*", Given.leaf())).isFalse();
        assertThat(takes("/messages/modules/*", Given.module("A"))).isTrue();
        var fromOutput = Given.module("A").output("o");
        assertThat(takes("/messages/modules/A/outputs/*", fromOutput)).isTrue();
        assertThat(takes("/messages/modules/A/outputs/o", fromOutput)).isTrue();
        assertThat(takes("/messages/modules/A/outputs/p", fromOutput)).isFalse();
    }

    @Test
    void _07_twin_changes_have_a_source_of_their_own() throws Exception {
        for (String source : List.of("/twinChangeNotifications", "/twinChangeNotifications/*")) {
            assertThat(takes(source, Given.twinChange())).isTrue();
            assertThat(takes(source, Given.leaf())).isFalse();
        }
    }

    @Test
    void _08_a_module_message_without_output_has_the_source_of_its_module() {
        assertThat(Source.of(Given.module("m").message())).isEqualTo("/messages/modules/m/");
    }

    @Test
    void _09_a_star_in_the_middle_never_matches() throws Exception {
        assertThat(takes("/messages/modules/*/outputs/*", Given.module("a").output("o")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"123", "$edgeAgent", "from", "true", "and", "INTO", "a:b", "a@b", "a,b;c", "a(b)", "a=?", "-5"})
    void _10_any_module_id_can_be_a_source(String module) throws Exception {
        assertThat(takes(
                        "/messages/modules/" + module + "/outputs/*",
                        Given.module(module).output("o")))
                .isTrue();
        assertThat(takes("/messages/modules/" + module, Given.module("other"))).isFalse();
    }

    @Test
    void _11_upstream_and_brokered_endpoint_in_any_case_and_nothing_else() throws Exception {
        assertThat(route("FROM /* INTO $UpStream").sink()).isEqualTo(UPSTREAM);
        assertThat(route("FROM /* INTO brokeredENDPOINT('/modules/m/inputs/i')").sink())
                .isEqualTo(new Sink.ModuleInput("m", "i"));
        assertThat(route("FROM /* INTO BrokeredEndpoint(\"/modules/m/inputs/i\")")
                        .sink())
                .isEqualTo(new Sink.ModuleInput("m", "i"));
        assertThat(refusal("FROM /* INTO $downstream"))
                .contains("line 1, columns 14-25: System endpoint type '$downstream' not supported.");
        assertThat(refusal("FROM /* INTO Webhook('/a/b/c/d')"))
                .contains("Function endpoint type 'Webhook' not supported.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"modules/m/inputs/i", "/modules/m/inputs/i/", " /modules/m/inputs/i ", "/a/m/c/i"})
    void _12_the_parameter_has_four_parts(String parameter) throws Exception {
        assertThat(route("FROM /* INTO BrokeredEndpoint('" + parameter + "')").sink())
                .isEqualTo(new Sink.ModuleInput("m", "i"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "/modules/m", "/modules/m/inputs/i/x", "//modules/m/inputs/i", "/modules//inputs/i"})
    void _12_another_parameter_is_refused_with_the_format(String parameter) {
        assertThat(refusal("FROM /* INTO BrokeredEndpoint('" + parameter + "')"))
                .contains("Parameter string " + parameter
                        + " could not be parsed. Expect input in this format - /modules/{mid}/inputs/{input}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BrokeredEndpoint('/modules/m/inputs/i)",
                "BrokeredEndpoint('/modules/m/inputs/i'",
                "BrokeredEndpoint '/modules/m/inputs/i')",
                "BrokeredEndpoint()",
                "BrokeredEndpoint",
                "BrokeredEndpoint(\"/modules/m/inputs/i')",
                "BrokeredEndpoint('/modules/m''/inputs/i')",
                "BrokeredEndpoint(/modules/m/inputs/i)",
                "'upstream'"
            })
    void _12_13_a_sink_that_is_not_quoted_or_closed_is_a_syntax_error(String sink) {
        assertThat(refusal("FROM /* INTO " + sink)).contains("Syntax error");
    }

    @Test
    void _13_the_other_quote_is_data() throws Exception {
        assertThat(route("FROM /* INTO BrokeredEndpoint(\"/modules/m'/inputs/i\")")
                        .sink())
                .isEqualTo(new Sink.ModuleInput("m'", "i"));
        assertThat(Conditions.matches(
                        "a = \"it's\" and b = 'say \"x\"'",
                        Given.leaf().with("a", "it's").with("b", "say \"x\"")))
                .isTrue();
        assertThat(errorTexts("a = \"x'")).containsExactly("Syntax error: unterminated string");
        assertThat(errorTexts("a = 'it''s'")).isEmpty(); // one name, hence a comparison of two properties
    }

    @Test
    void _14_equality_is_one_sign() throws Exception {
        assertThat(errorTexts("a == 1")).containsExactly("Syntax error.");
        assertThat(Conditions.value("1 = 1")).isEqualTo(Value.Bool.TRUE);
        assertThat(Conditions.value("1 != 1")).isEqualTo(Value.Bool.FALSE);
        assertThat(Conditions.value("1 <> 2")).isEqualTo(Value.Bool.TRUE);
    }

    @Test
    void _15_a_comment_behind_the_condition_does_not_swallow_it() throws Exception {
        var route = route("FROM /messages/* WHERE a = 'x' /* note */ INTO $upstream");

        assertThat(route.condition()).isEqualTo("a = 'x'");
        assertThat(route.matches(Given.leaf().with("a", "y").message())).isFalse();
        assertThat(route("FROM /* INTO BrokeredEndpoint(\"/modules/*/inputs/x\")")
                        .sink())
                .isEqualTo(new Sink.ModuleInput("*", "x"));
    }

    @Test
    void _15_comments_between_tokens_are_ignored() throws Exception {
        var route =
                route("/* a */ SELECT /* b */ * FROM /* c */ /messages/* /* d */ WHERE /* e */ a /* f */ = 'x' /* g */"
                        + " INTO /* h */ BrokeredEndpoint /* i */ ( /* j */ '/modules/m/inputs/i' /* k */ ) /* l */");

        assertThat(route.matches(Given.leaf().with("a", "x").message())).isTrue();
        assertThat(route.matches(Given.leaf().message())).isFalse();
        assertThat(Conditions.value("1 /* + 1 */ + 2")).isEqualTo(Value.of(3));
    }

    @ParameterizedTest
    @ValueSource(strings = {" garbage", " WHERE true", ";", " $upstream", " )"})
    void _16_text_behind_the_sink_is_refused(String rest) {
        assertThat(refusal("FROM /* INTO $upstream" + rest)).contains("Syntax error");
        assertThat(refusal("FROM /* INTO BrokeredEndpoint('/modules/m/inputs/i')" + rest))
                .contains("Syntax error");
    }

    @Test
    void _17_the_condition_is_its_exact_text() throws Exception {
        assertThat(route("FROM /* WHERE  (a  =\n'x' )  /* c */ INTO $upstream").condition())
                .isEqualTo("(a  =\n'x' )");
        assertThat(route("FROM /* WHERE { $a } = f INTO $upstream").condition()).isEqualTo("{ $a } = f");
        assertThat(route("FROM /* INTO $upstream").condition()).isEqualTo("true");
    }

    @Test
    void _51_52_a_refusal_names_the_route_and_every_place() {
        assertThat(refusal("FROM /messages/*\nWHERE 1 + 'x' = 2\nINTO $upstream"))
                .startsWith(
                        "Error parsing route r - line 2, columns 9-10: Invalid operands to binary operator '+': have"
                                + " 'number' and 'string', expected 'number' and 'number'")
                .contains("; line 2, columns 15-16: Invalid operands to binary operator '='");
    }

    @Test
    void _54_one_copy_for_an_endpoint_with_the_lowest_priority_number_and_its_ttl() throws Exception {
        var table = RouteTable.of(
                Given.EDGE,
                List.of(
                        Route.compile("late", "FROM /* INTO $upstream", Target.DEFAULT_PRIORITY, 1),
                        Route.compile("first", "FROM /messages/* INTO $upstream", 2, 500),
                        Route.compile("second", "FROM /messages/* INTO $upstream", 3, Target.FOREVER),
                        Route.compile("other", "FROM /twinChangeNotifications INTO $upstream", 0, 9)));

        Routing routing = table.route(Given.leaf().message(), TwinSource.NONE);

        assertThat(routing.targets()).containsExactly(new Target(Target.UPSTREAM, 2, 500));
        assertThat(routing.matches()).extracting(Match::route).containsExactly("late", "first", "second");
    }

    @Test
    void _54_among_equal_priorities_the_strictest_policy_wins() throws Exception {
        var keeps = new Policy(Policy.WhenFull.REFUSE, Policy.Order.NEWEST_FIRST);
        var drops = new Policy(Policy.WhenFull.DROP_OLDEST, Policy.Order.OLDEST_FIRST);
        var table = RouteTable.of(
                Given.EDGE,
                List.of(
                        Route.compile("a", "FROM /* INTO $upstream", 1, 500, keeps),
                        Route.compile("b", "FROM /* INTO $upstream", 1, 900, drops),
                        Route.compile("c", "FROM /* INTO $upstream", 2, 900, drops)));

        assertThat(table.match(Given.leaf().message())).containsExactly(new Target(Target.UPSTREAM, 1, 900));
    }

    @Test
    void _54_among_equal_priorities_the_longest_ttl_wins() throws Exception {
        var shortLived = Route.compile("a", "FROM /* INTO $upstream", 1, 500);
        var longLived = Route.compile("b", "FROM /* INTO $upstream", 1, 900);
        var forever = Route.compile("c", "FROM /* INTO $upstream", 1, Target.FOREVER);

        assertThat(RouteTable.of(Given.EDGE, List.of(shortLived, longLived))
                        .match(Given.leaf().message()))
                .containsExactly(longLived.target(Given.EDGE));
        assertThat(RouteTable.of(Given.EDGE, List.of(forever, longLived))
                        .match(Given.leaf().message()))
                .containsExactly(forever.target(Given.EDGE));
    }

    @Test
    void _55_different_endpoints_get_a_copy_each() throws Exception {
        var table = RouteTable.of(
                Given.EDGE,
                List.of(
                        route("FROM /* INTO $upstream"),
                        route("FROM /* INTO BrokeredEndpoint('/modules/m/inputs/i')"),
                        route("FROM /* INTO BrokeredEndpoint('/modules/m/inputs/I')")));

        assertThat(table.match(Given.leaf().message()))
                .extracting(Target::endpoint)
                .containsExactly("iothub", "edge1/m/i", "edge1/m/I");
        assertThat(table.endpoints()).containsExactly("iothub", "edge1/m/i", "edge1/m/I");
    }

    @Test
    void _56_no_route_means_no_target_and_there_is_no_fallback() throws Exception {
        var table = RouteTable.of(Given.EDGE, List.of(route("FROM /messages/modules/a INTO $upstream")));

        assertThat(table.match(Given.leaf().message())).isEmpty();
        assertThat(RouteTable.empty().match(Given.leaf().message())).isEmpty();
    }
}

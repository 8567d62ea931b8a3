package kant.routing;

import static kant.routing.Conditions.errorTexts;
import static kant.routing.Conditions.errors;
import static kant.routing.Conditions.matches;
import static kant.routing.Conditions.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kant.model.message.SystemProperties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checklist 18-49: conditions. What is one row per case stands in {@link OperatorTableTest} and {@link FunctionTableTest}. */
class ChecklistConditionTest {

    @Test
    void _18_a_condition_that_yields_nothing_never_matches() throws Exception {
        // An empty condition itself cannot be written: a WHERE without one is a syntax error (2).
        for (String condition : List.of("undefined", "null", "'true'", "1", "a", "$body.a")) {
            assertThat(matches(condition, Given.leaf().with("a", "true").json("{\"a\":\"x\"}")))
                    .as(condition)
                    .isFalse();
        }
    }

    @Test
    void _19_precedence_and_grouping() throws Exception {
        for (String condition : List.of(
                "2 + 3 * 4 = 14",
                "(2 + 3) * 4 = 20",
                "10 - 4 - 3 = 3",
                "100 / 10 / 5 = 2",
                "7 % 4 * 2 = 6",
                "'a' || 'b' || 'c' = 'abc'",
                "not false and true",
                "not (true = false)",
                "not true = false",
                "true or true and false",
                "1 < 2 = true",
                "(undefined ?? undefined) or true",
                "(a ?? 'd') = 'd'",
                "- (2 + 3) * 2 = -10",
                "not not true",
                "- - 3 = 3")) {
            assertThat(matches(condition, Given.leaf())).as(condition).isTrue();
        }
        assertThat(errorTexts("not a = 'x'").getFirst()).startsWith("Invalid operands to unary operator 'not'");
        assertThat(errorTexts("a ?? 'b' = 'c'")).hasSize(1).first().asString().contains("'??'");
    }

    @Test
    void _20_the_longest_match_wins() throws Exception {
        var odd = Given.leaf()
                .with("a!", "x")
                .with("5-5", "y")
                .with("a+b", "z")
                .with("'a'||'b'", "w")
                .with("-x", "v");

        assertThat(matches("a!='x' and 5-5 = 'y' and a+b = 'z' and 'a'||'b' = 'w' and -x = 'v'", odd))
                .isTrue();
        assertThat(matches("a != 'y'", Given.leaf().with("a", "x"))).isTrue();
        assertThat(value("5 - 5")).isEqualTo(Value.of(0));
        assertThat(value("4 - -3")).isEqualTo(Value.of(7));
        assertThat(errorTexts("5 -5")).containsExactly("Syntax error.");
        assertThat(matches("1. = 'q'", Given.leaf().with("1.", "q"))).isTrue();
        assertThat(errorTexts("a && b")).containsExactly("Syntax error.");
        assertThat(errorTexts("a[0] = 'x'")).containsExactly("Syntax error.");
        assertThat(value("1<2=true")).isEqualTo(Value.Bool.TRUE);
    }

    @Test
    void _21_strings_and_their_escapes() throws Exception {
        assertThat(value("'\\'\\\"\\\\\\u00E5'")).isEqualTo(Value.of("'\"\\å"));
        assertThat(value("\"\\'\\\"\\\\\\u00e5\"")).isEqualTo(Value.of("'\"\\å"));
        assertThat(value("'two\nlines'")).isEqualTo(Value.of("two\nlines"));
        assertThat(value("''")).isEqualTo(Value.of(""));
        assertThat(errors("a = 'open"))
                .containsExactly(new CompileError("Syntax error: unterminated string", "", 1, 5, 10));
        assertThat(errors("a = \"x\\n\"").getFirst().text()).isEqualTo("Syntax error: unterminated string");
        assertThat(errorTexts("a = 'x\\'")).containsExactly("Syntax error: unterminated string");
        assertThat(errorTexts("a = '\\u12'")).containsExactly("Syntax error: unterminated string");
    }

    @ParameterizedTest
    @CsvSource({
        "007, 7",
        "2.5, 2.5",
        ".5, 0.5",
        "-.5, -0.5",
        "2.5e+1, 25",
        "1e5, 100000",
        "5E-1, 0.5",
        "-12, -12",
        "0xFf, 255",
        "0X10, 16",
        "0xFFFFFFFFFFFFFFFF, -1",
        "1e400, Infinity"
    })
    void _22_numbers(String text, double number) throws Exception {
        assertThat(value(text)).isEqualTo(Value.of(number));
    }

    @Test
    void _22_more_than_sixteen_hexadecimal_digits_are_undefined() throws Exception {
        assertThat(value("0x11111111111111111")).isEqualTo(Value.UNDEFINED);
        assertThat(value("is_defined(1e400)")).isEqualTo(Value.Bool.TRUE);
    }

    @Test
    void _23_a_property_is_found_ignoring_case_and_is_a_string() throws Exception {
        var given = Given.leaf().with("Level", "7");

        assertThat(value("LEVEL", given.message())).isEqualTo(Value.of("7"));
        assertThat(value("absent", given.message())).isEqualTo(Value.UNDEFINED);
        assertThat(errorTexts("level > 5")).hasSize(1);
        assertThat(matches("as_number(level) > 5", given)).isTrue();
        assertThat(value("a", Given.leaf().with("A", "1").with("a", "2").message()))
                .isEqualTo(Value.of("2"));
    }

    @Test
    void _23_of_many_properties_too() throws Exception {
        var given = Given.leaf();
        for (int i = 0; i < 100; i++) {
            given.with("P" + i, "v" + i);
        }
        given.with("p50", "last");

        assertThat(value("p99", given.message())).isEqualTo(Value.of("v99"));
        assertThat(value("P50", given.message())).isEqualTo(Value.of("last"));
    }

    @Test
    void _24_an_application_property_with_a_dollar_wins_unless_braced() throws Exception {
        var given = Given.leaf().system(SystemProperties.MESSAGE_ID, "sys").with("$MessageId", "app");

        assertThat(value("$messageId", given.message())).isEqualTo(Value.of("app"));
        assertThat(value("{$messageid}", given.message())).isEqualTo(Value.of("sys"));
        assertThat(value("{ $messageId\t}", given.message())).isEqualTo(Value.of("sys"));
        assertThat(value("$MESSAGEID", Given.leaf().system("messageId", "sys").message()))
                .isEqualTo(Value.of("sys"));
        assertThat(value("$body", given.message())).isEqualTo(Value.UNDEFINED);
        assertThat(errorTexts("{messageId} = 'x'")).containsExactly("Syntax error.");
        assertThat(matches("NOT is_defined($connectionModuleId)", Given.leaf())).isTrue();
        assertThat(matches("NOT is_defined($connectionModuleId)", Given.module("m")))
                .isFalse();
    }

    @Test
    void _25_body_names_are_case_sensitive_and_a_property_of_that_name_wins_unless_braced() throws Exception {
        var given = Given.leaf().json("{\"a\":1}").with("$body.a", "app");

        assertThat(value("$BODY.a", Given.leaf().json("{\"a\":1}").message())).isEqualTo(Value.of(1));
        assertThat(value("$body.A", Given.leaf().json("{\"a\":1}").message())).isEqualTo(Value.NULL);
        assertThat(value("$body.a", given.message())).isEqualTo(Value.of("app"));
        assertThat(value("{$body.a}", given.message())).isEqualTo(Value.of(1));
    }

    @Test
    void _26_array_indices() throws Exception {
        var given = Given.leaf().json("{\"a\":[1,{\"b\":[2,3]},[4]]}");

        assertThat(value("$body.a[0]", given.message())).isEqualTo(Value.of(1));
        assertThat(value("$body.a[1].b[1]", given.message())).isEqualTo(Value.of(3));
        assertThat(value("$body.a[2][0]", given.message())).isEqualTo(Value.of(4));
        assertThat(value("$body.a[9]", given.message())).isEqualTo(Value.NULL);
        assertThat(value("$body.a[99999999999]", given.message())).isEqualTo(Value.NULL);
        assertThat(value("$body.a[0].b", given.message())).isEqualTo(Value.NULL);
        assertThat(value("$body.a.b", given.message())).isEqualTo(Value.NULL);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a[]", "a['x']", "a[-1]", "a..b", "a.", ".a", "a[0", "a[0].", "5", "a.5", "a]", "[0]", "a[0]b"})
    void _26_a_path_that_is_none_is_a_compile_error(String path) {
        assertThat(errorTexts("$body." + path + " = 1").getFirst())
                .startsWith("Invalid arguments to built-in function '$body." + path + "': $body." + path
                        + "(string). Error: Error in $body query. ");
    }

    @Test
    void _26_a_slice_or_an_empty_path_is_a_compile_error() {
        assertThat(errorTexts("$body.a[1:2] = 1")).hasSize(1);
        assertThat(errorTexts("is_defined($body.)"))
                .isNotEmpty()
                .first()
                .asString()
                .contains("$body query cannot be empty");
    }

    @Test
    void _27_odd_names_in_body_paths() throws Exception {
        var given = Given.leaf().json("{\"it's\":{\"50%\":{\"höjd\":1,\"x!\":2}}}");

        assertThat(value("$body.it's.50%.höjd", given.message())).isEqualTo(Value.of(1));
        assertThat(matches("$body.it's.50%.x! = 2", given)).isTrue();
    }

    @Test
    void _28_the_three_encodings_in_any_case() throws Exception {
        String json = "{\"a\":\"å\"}";
        for (Given given : List.of(
                Given.leaf().json(json, "UTF-8", StandardCharsets.UTF_8),
                Given.leaf().json(json, "Utf-16", StandardCharsets.UTF_16LE),
                Given.leaf().json(json, "utf-32", StandardCharsets.UTF_32LE),
                Given.leaf().json(json).system(SystemProperties.CONTENT_TYPE, "Application/JSON"))) {
            assertThat(value("$body.a", given.message())).isEqualTo(Value.of("å"));
        }
    }

    @Test
    void _28_any_other_body_is_undefined_and_the_message_is_still_routed() throws Exception {
        var table = RouteTable.of(
                Given.EDGE,
                List.of(Conditions.where("$body.a = 1 or $body.a = null"), Conditions.route("FROM /* INTO $upstream")));
        for (Given given : List.of(
                Given.leaf(),
                Given.leaf().json("{\"a\":1}").system(SystemProperties.CONTENT_TYPE, "application/json; charset=utf-8"),
                Given.leaf().json("{\"a\":1}").system(SystemProperties.CONTENT_ENCODING, "gzip"),
                Given.leaf().json("{\"a\":1}", "utf-16", StandardCharsets.UTF_16BE),
                Given.leaf().json("{\"a\":1"),
                Given.leaf().json("{\"a\":1} x"),
                Given.leaf().json(""),
                Given.leaf().json("[1]"),
                Given.leaf().json("{\"a\":".repeat(20_000)))) {
            Routing routing = table.route(given.message(), TwinSource.NONE);

            assertThat(routing.matches()).hasSize(1);
            assertThat(routing.bodyProblem()).isPresent();
        }
    }

    @Test
    void _28_the_reason_never_quotes_the_payload() throws Exception {
        var table = RouteTable.of(Given.EDGE, List.of(Conditions.where("$body.a = 1")));

        assertThat(table.route(Given.leaf().json("{\"a\":sesame}").message(), TwinSource.NONE)
                        .bodyProblem())
                .hasValueSatisfying(
                        problem -> assertThat(problem).contains("line 1").doesNotContain("sesame"));
    }

    @Test
    void _28_a_body_that_no_condition_asks_for_is_not_looked_at() throws Exception {
        var table = RouteTable.of(
                Given.EDGE,
                List.of(
                        Conditions.where("a = 'x' and $body.a = 1"),
                        Conditions.route("FROM /messages/modules/* WHERE $body.a = 1 INTO $upstream")));

        var routing = table.route(Given.leaf().with("a", "y").json("no JSON").message(), TwinSource.NONE);

        assertThat(routing.bodyProblem()).isEmpty();
    }

    @Test
    void _29_a_missing_path_is_null() throws Exception {
        var given = Given.leaf().json("{\"n\":null}");

        for (String name : List.of("x", "n")) {
            assertThat(value("$body." + name + " = null", given.message())).isEqualTo(Value.Bool.TRUE);
            assertThat(value("$body." + name + " <> 'q'", given.message())).isEqualTo(Value.Bool.TRUE);
            assertThat(value("$body." + name + " < 1", given.message())).isEqualTo(Value.Bool.FALSE);
            assertThat(value("$body." + name + " ?? 5", given.message())).isEqualTo(Value.NULL);
        }
    }

    @Test
    void _30_objects_and_arrays_are_undefined() throws Exception {
        var given = Given.leaf().json("{\"obj\":{},\"list\":[]}");

        assertThat(value("$body.obj <> null", given.message())).isEqualTo(Value.UNDEFINED);
        assertThat(value("$body.list", given.message())).isEqualTo(Value.UNDEFINED);
    }

    @Test
    void _31_a_date_is_a_string_our_deviation() throws Exception {
        var given = Given.leaf().json("{\"time\":\"2025-01-31T08:00:00Z\"}");

        assertThat(matches("$body.time = '2025-01-31T08:00:00Z'", given)).isTrue();
        assertThat(matches("$body.time > '2025-01-30'", given)).isTrue();
    }

    @Test
    void _32_different_kinds_from_a_body_compare_by_kind() throws Exception {
        var message =
                Given.leaf().json("{\"num\":7,\"text\":\"7\",\"flag\":true}").message();

        assertThat(value("$body.num = '7'", message)).isEqualTo(Value.Bool.FALSE);
        assertThat(value("$body.num <> '8'", message)).isEqualTo(Value.Bool.TRUE);
        assertThat(value("$body.num < 'x'", message)).isEqualTo(Value.Bool.TRUE);
        assertThat(value("$body.flag < $body.num", message)).isEqualTo(Value.Bool.TRUE);
        assertThat(value("$body.text < $body.missing", message)).isEqualTo(Value.Bool.TRUE);
        assertThat(value("$body.text != null", message)).isEqualTo(Value.Bool.TRUE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"none = 'x'", "none < 'x'", "as_number(none) = 3", "none != 'x'", "'x' >= none"})
    void _34_an_absent_property_makes_a_comparison_undefined(String condition) throws Exception {
        assertThat(value(condition)).isEqualTo(Value.UNDEFINED);
        assertThat(matches(condition, Given.leaf())).isFalse();
    }

    @Test
    void _36_null_in_logic() throws Exception {
        assertThat(matches("null and null", Given.leaf())).isFalse();
        assertThat(matches("(null and true) = null", Given.leaf())).isTrue();
        assertThat(matches("(false and null) = null", Given.leaf())).isTrue();
        assertThat(matches("not null", Given.leaf())).isTrue();
        assertThat(matches("null or true", Given.leaf())).isTrue();
    }

    @Test
    void _37_a_body_in_logic_both_ways_round() throws Exception {
        var given = Given.leaf().with("key", "x").json("{\"t\":true,\"s\":\"true\"}");

        assertThat(matches("$body.t and key = 'x'", given)).isTrue();
        assertThat(matches("key = 'x' and $body.t", given)).isTrue();
        assertThat(value("$body.missing or true", given.message())).isEqualTo(Value.UNDEFINED);
        assertThat(value("true or $body.missing", given.message())).isEqualTo(Value.UNDEFINED);
        assertThat(value("$body.s and true", given.message())).isEqualTo(Value.UNDEFINED);
        assertThat(value("$body.t and 'x'", given.message())).isEqualTo(Value.UNDEFINED);
        assertThat(value("not $body.t", given.message())).isEqualTo(Value.Bool.FALSE);
        assertThat(value("not $body.missing", given.message())).isEqualTo(Value.UNDEFINED);
    }

    @Test
    void _39_coalesce() throws Exception {
        assertThat(matches("(key ?? 'd') = 'd'", Given.leaf())).isTrue();
        assertThat(matches("(key ?? 'd') = 'x'", Given.leaf().with("key", "x"))).isTrue();
        assertThat(errorTexts("key ?? 12"))
                .containsExactly(
                        "Invalid operands to binary operator '??': have 'string' and 'number', expected 'string' and"
                                + " 'string'");
        assertThat(value("undefined ?? undefined")).isEqualTo(Value.UNDEFINED);
    }

    @Test
    void _46_minus_and_remainder_of_body_numbers() throws Exception {
        var message = Given.leaf().json("{\"n\":7,\"s\":\"x\"}").message();

        assertThat(value("- $body.n", message)).isEqualTo(Value.of(-7));
        assertThat(value("$body.n % 4", message)).isEqualTo(Value.of(3));
        assertThat(value("- $body.s", message)).isEqualTo(Value.UNDEFINED);
        assertThat(value("$body.s % 4", message)).isEqualTo(Value.UNDEFINED);
    }

    @Test
    void _48_errors_carry_their_range() {
        assertThat(errors("1 + 'x' = 2"))
                .extracting(CompileError::line, CompileError::startColumn, CompileError::endColumn)
                .containsExactly(tuple(1, 3, 4), tuple(1, 9, 10));
        assertThat(errors("true and\r\n  nope(1)"))
                .extracting(CompileError::line, CompileError::startColumn, CompileError::endColumn)
                .containsExactly(tuple(2, 3, 7));
        assertThat(errors("(a = 'x'"))
                .containsExactly(new CompileError("Syntax error: missing closing ')'", "", 1, 1, 2));
        assertThat(errors("abs(1")).containsExactly(new CompileError("Syntax error: missing closing ')'", "", 1, 4, 5));
        assertThat(errors("a = 'x')"))
                .containsExactly(new CompileError("Syntax error: unmatched closing ')'", "", 1, 8, 9));
        assertThat(errors("a = ;")).containsExactly(new CompileError("Syntax error: invalid symbol ';'", "", 1, 5, 6));
        assertThat(errors("a =")).extracting(CompileError::text).containsExactly("Syntax error.");
    }

    @Test
    void _49_no_body_or_property_makes_an_evaluation_fail() throws Exception {
        // The property test throws random messages at random conditions; this is the case known to hurt other parsers.
        var route =
                Conditions.where("$body.n < 1 or length($body.s) > 1 or substring($body.s, $body.n, $body.n) = 'x'");

        assertThat(route.matches(
                        Given.leaf().json("{\"n\":1e999,\"s\":\"\\ud800\"}").message()))
                .isFalse();
    }
}

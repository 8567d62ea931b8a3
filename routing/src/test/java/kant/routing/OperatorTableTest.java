package kant.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Checklist 33, 35, 38, 40: the tables of §3, cell by cell. */
class OperatorTableTest {
    private static final List<String> COMPARISONS = List.of("=", "!=", "<>", "<", "<=", ">", ">=");

    /** One expression of each static type of the table of §3.3, in its order; the body's value is a number. */
    private static final Map<String, String> BY_TYPE = Map.of(
            "string",
            "'5'",
            "number",
            "5",
            "bool",
            "true",
            "null",
            "null",
            "undefined",
            "undefined",
            "unknown",
            "$body.n");

    private static final List<String> TYPES = List.of("string", "number", "bool", "null", "undefined", "unknown");

    /** The table of §3.3: c compiles, E is an error. */
    private static final List<String> CELLS = List.of(
            "cEEEEc", //
            "EcEEEc", "EEcEEc", "EEEcEc", "EEEEcE", "ccccEc");

    private static Given body() {
        return Given.leaf().json("{\"n\":5,\"t\":true,\"s\":\"5\"}");
    }

    static Stream<List<String>> cells() {
        var cells = new ArrayList<List<String>>();
        for (String operator : COMPARISONS) {
            for (int left = 0; left < TYPES.size(); left++) {
                for (int right = 0; right < TYPES.size(); right++) {
                    boolean compiles = CELLS.get(left).charAt(right) == 'c';
                    cells.add(List.of(TYPES.get(left), operator, TYPES.get(right), compiles ? "compiles" : "error"));
                }
            }
        }
        return cells.stream();
    }

    @ParameterizedTest
    @MethodSource("cells")
    void _33_every_pair_of_types(List<String> cell) throws Exception {
        String left = cell.get(0);
        String operator = cell.get(1);
        String right = cell.get(2);
        String condition = BY_TYPE.get(left) + " " + operator + " " + BY_TYPE.get(right);

        if (cell.get(3).equals("error")) {
            assertThat(Conditions.errorTexts(condition))
                    .containsExactly("Invalid operands to binary operator '" + operator + "': have '" + left + "' and '"
                            + right + "', expected '" + left + "' and '" + left + "'");
        } else if (left.equals("undefined")) {
            assertThat(Conditions.value(condition, body().message())).isEqualTo(Value.UNDEFINED);
        } else {
            assertThat(Conditions.value(condition, body().message())).isInstanceOf(Value.Bool.class);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'''a'' < ''b''', true",
        "'''a'' < ''B''', false",
        "'''a'' = ''A''', false",
        "'''ab'' > ''a''', true",
        "1 < 2, true",
        "2 <= 2, true",
        "0 = -0, true",
        "1 / 0 = 2 / 0, true",
        "-1 / 0 < 1 / 0, true",
        "false < true, true",
        "true >= true, true",
        "null = null, true",
        "null <= null, true",
        "null >= null, true",
        "null != null, false",
        "null < null, false",
        "null > null, false",
        "0 / 0 = 0 / 0, undefined",
        "$body.n = 5, true",
        "5 = $body.n, true",
        "$body.n > 4.5, true",
        "$body.t = true, true",
        "$body.s = '5', true",
        "$body.n = '5', false",
        "$body.s = $body.n, false",
        "$body.n < $body.s, true",
        "$body.none = $body.none, true"
    })
    void comparisons(String condition, String expected) throws Exception {
        check(condition, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "true and true, true",
        "true and false, false",
        "false and false, false",
        "undefined and false, false",
        "undefined and true, undefined",
        "undefined and undefined, undefined",
        "undefined or true, true",
        "undefined or false, undefined",
        "undefined or undefined, undefined",
        "true or false, true",
        "false or false, false",
        "null and true, null",
        "null and false, null",
        "null and undefined, null",
        "null and null, null",
        "null or true, true",
        "null or false, false",
        "null or undefined, undefined",
        "null or null, null",
        "$body.t and true, true",
        "$body.t and false, false",
        "$body.n and true, undefined",
        "$body.none and true, undefined",
        "$body.none or true, undefined",
        "$body.t or $body.t, true",
        "$body.t and null, undefined"
    })
    void _35_logic_both_ways_round(String condition, String expected) throws Exception {
        String operator = condition.contains(" and ") ? " and " : " or ";
        String[] sides = condition.split(operator);

        check(condition, expected);
        check(sides[1] + operator + sides[0], expected);
    }

    @ParameterizedTest
    @CsvSource({"not true, false", "not false, true", "not (x = 'a'), undefined", "not null, true", "not $body.t, false"
    })
    void negation(String condition, String expected) throws Exception {
        check(condition, expected);
    }

    @ParameterizedTest
    @CsvSource({
        "1 / 0, Infinity",
        "-1 / 0, -Infinity",
        "0 / 0, undefined",
        "5 % 0, undefined",
        "5 % 3, 2",
        "-5 % 3, -2",
        "5 % -3, 2",
        "5.5 % 2, 1.5",
        "sign(-1 / 0), -1",
        "1e308 * 10, Infinity",
        "1 / 0 - 1 / 0, undefined",
        "3 * 4, 12",
        "7 / 2, 3.5",
        "$body.n + 1, 6",
        "1 - $body.n, -4",
        "$body.s + 1, undefined",
        "$body.none * 1, undefined",
        "- (3 + 4), -7"
    })
    void _38_arithmetic(String condition, String expected) throws Exception {
        check(condition, expected);
    }

    @ParameterizedTest
    @CsvSource({"+, null", "-, undefined", "*, 'x'", "/, true", "%, null", "+, x"})
    void _38_arithmetic_takes_numbers_only(String operator, String operand) {
        assertThat(Conditions.errorTexts("1 " + operator + " " + operand)).hasSize(1);
        assertThat(Conditions.errorTexts(operand + " " + operator + " 1").getFirst())
                .startsWith("Invalid operands to binary operator '" + operator + "': have ")
                .endsWith("expected 'number' and 'number'");
    }

    @ParameterizedTest
    @CsvSource({
        "key || 'b', ab",
        "key || none, undefined",
        "none || none, undefined",
        "$body.s || 'x', 5x",
        "$body.n || 'x', undefined",
        "key || 'b' || 'c', abc"
    })
    void _40_concatenation(String condition, String expected) throws Exception {
        check(condition, expected);
    }

    @Test
    void _40_concatenation_takes_strings_only() {
        assertThat(Conditions.errorTexts("'a' || 1"))
                .containsExactly(
                        "Invalid operands to binary operator '||': have 'string' and 'number', expected 'string' and"
                                + " 'string'");
    }

    @Test
    void unary_operators_name_what_they_have() {
        assertThat(Conditions.errorTexts("- key"))
                .containsExactly("Invalid operands to unary operator '-': have 'string', expected 'number'");
        assertThat(Conditions.errorTexts("NOT undefined"))
                .containsExactly("Invalid operands to unary operator 'NOT': have 'undefined', expected 'bool'");
        assertThat(Conditions.errorTexts("not key")).hasSize(1);
        assertThat(Conditions.errorTexts("- null")).hasSize(1);
    }

    @Test
    void logic_takes_booleans_only() {
        assertThat(Conditions.errorTexts("key and true"))
                .containsExactly(
                        "Invalid operands to binary operator 'and': have 'string' and 'bool', expected 'bool' and 'bool'");
        assertThat(Conditions.errorTexts("true or 1")).hasSize(1);
    }

    /** @param expected as {@link FunctionTableTest#shown} writes it */
    private static void check(String condition, String expected) throws Exception {
        Value value = Conditions.value(condition, body().with("key", "a").message());

        assertThat(FunctionTableTest.shown(value)).as(condition).isEqualTo(expected);
    }
}

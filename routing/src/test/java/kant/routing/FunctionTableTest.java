package kant.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Checklist 40-45, 47: the table of §4. */
class FunctionTableTest {
    private static final String BODY = """
            {"n": 2.25, "neg": -3, "s": "Pear", "t": true, "nul": null, "obj": {}, "big": 123456789012345678901234567890,
             "huge": 1e400, "num": "12"}""";

    /** A value as the rows of the tables write it. */
    static String shown(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Number(double n) ->
                n == Math.rint(n) && Math.abs(n) < 1e15 ? Long.toString((long) n) : Double.toString(n);
            case Value.Bool bool -> bool == Value.Bool.TRUE ? "true" : "false";
            case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? "null" : "undefined";
        };
    }

    /** {@code expression => value}, or {@code => !} for a compile error. */
    static Stream<String> rows() {
        return """
                abs(-3) => 3
                abs($body.neg) => 3
                abs($body.s) => undefined
                ABS(1 / 0) => Infinity
                abs('3') => !
                abs() => !
                abs(1, 2) => !
                abs(null) => !
                abs(true) => !
                abs(undefined) => !
                ceiling(1.2) => 2
                ceiling(-1.2) => -1
                ceiling($body.n) => 3
                floor(-1.2) => -2
                floor($body.n) => 2
                floor('1') => !
                exp(0) => 1
                exp(1000) => Infinity
                square(-4) => 16
                square($body.n) => 5.0625
                sqrt(16) => 4
                sqrt(-1) => undefined
                sqrt(1 / 0) => Infinity
                sign(-7.5) => -1
                sign(0) => 0
                sign(12) => 1
                sign(1 / 0) => 1
                sign(0 / 0) => undefined
                power(2, 10) => 1024
                power(10, 400) => Infinity
                power(-1, 0.5) => undefined
                power($body.n, 0.5) => 1.5
                power(2) => !
                power(2, '1') => !
                as_number('2e3') => 2000
                as_number('  12 ') => 12
                as_number('12-') => -12
                as_number('+12') => 12
                as_number('(5)') => -5
                as_number('(5') => undefined
                as_number('1,234.5') => 1234.5
                as_number('1,2,3') => 123
                as_number(',1') => undefined
                as_number('\\u00A45') => 5
                as_number('5\\u00A4') => 5
                as_number('infinity') => Infinity
                as_number('-Infinity') => -Infinity
                as_number('NaN') => undefined
                as_number('.5') => 0.5
                as_number('5.') => 5
                as_number('.') => undefined
                as_number('1e400') => Infinity
                as_number('1e99999999999') => Infinity
                as_number('123456789012345678901234567890') => 1.2345678901234568E29
                as_number($body.big) => 1.2345678901234568E29
                as_number($body.num) => 12
                as_number(7) => 7
                as_number('pear') => undefined
                as_number('1d') => undefined
                as_number('1f') => undefined
                as_number('0x10') => undefined
                as_number('0x1p3') => undefined
                as_number('1e') => undefined
                as_number('- 5') => undefined
                as_number('1 2') => undefined
                as_number('--1') => undefined
                as_number('') => undefined
                as_number(none) => undefined
                as_number($body.t) => undefined
                as_number($body.nul) => undefined
                as_number(true) => !
                as_number(null) => !
                as_number() => !
                is_bool(true) => true
                is_bool(1 = 1) => true
                is_bool(none = 'x') => undefined
                is_bool(key) => false
                is_bool(5) => false
                is_bool(undefined) => false
                is_bool(null) => false
                is_bool($body.t) => true
                is_bool($body.s) => false
                is_bool($body.obj) => undefined
                is_bool($body.none) => false
                is_number(5) => true
                is_number(1 / 0) => false
                is_number(0 / 0) => false
                is_number('5') => false
                is_number(undefined) => false
                is_number(null) => false
                is_number($body.n) => true
                is_number($body.huge) => false
                is_number($body.s) => false
                is_number($body.obj) => false
                is_number(as_number(none)) => false
                is_string('x') => true
                is_string(key) => true
                is_string(none) => false
                is_string(5) => false
                is_string(undefined) => false
                is_string($body.s) => true
                is_string($body.n) => false
                is_string($body.none) => false
                is_defined(key) => true
                is_defined(none) => false
                is_defined(0 / 0) => false
                is_defined(1 / 0) => true
                is_defined(undefined) => false
                is_defined(null) => true
                is_defined(true) => true
                is_defined(none = 'x') => false
                is_defined($body.none) => true
                is_defined($body.obj) => false
                is_null(null) => true
                is_null(key) => false
                is_null(none) => false
                is_null(undefined) => false
                is_null(5) => false
                is_null($body.nul) => true
                is_null($body.none) => true
                is_null($body.s) => false
                is_null($body.obj) => false
                is_null() => !
                is_null(1, 2) => !
                is_defined() => !
                is_string(1, 2) => !
                concat('a', 'b') => ab
                concat('a', key, $body.s) => akeysPear
                concat('a', none) => undefined
                concat('a', $body.n) => undefined
                concat('a') => !
                concat() => !
                concat('a', 1) => !
                concat('a', 'b', 1) => !
                length('') => 0
                length(key) => 4
                length('\\ud83d\\ude00') => 2
                length(none) => undefined
                length($body.n) => undefined
                length(5) => !
                lower('ÅB') => åb
                lower($body.s) => pear
                upper('straße') => STRAßE
                upper('åb') => ÅB
                upper(none) => undefined
                upper(1) => !
                substring('abcd', 1) => bcd
                substring('abcd', 1.9) => bcd
                substring('abcd', -0.5) => abcd
                substring('abcd', 4) =>\u0020
                substring('abcd', 5) => undefined
                substring('abcd', -1) => undefined
                substring('abcd', 1 / 0) => undefined
                substring('abcd', 0 / 0) => undefined
                substring('abcd', 1, 2) => bc
                substring('abcd', 0, 4) => abcd
                substring('abcd', 3, 0) =>\u0020
                substring('abcd', 4, 0) => undefined
                substring('abcd', 1, 4) => undefined
                substring('abcd', 1, -1) => undefined
                substring('abcd', 1, 1e300) => undefined
                substring('abcd', -1e300, 1) => undefined
                substring(none, 0) => undefined
                substring($body.s, 0, $body.n) => Pe
                substring('abcd') => !
                substring('abcd', '1') => !
                substring('abcd', 1, 2, 3) => !
                index_of('abc', 'c') => 2
                index_of('abc', 'C') => -1
                index_of('abc', '') => 0
                index_of('abc', none) => undefined
                index_of($body.s, 'ar') => 2
                index_of('abc') => !
                starts_with('abc', 'ab') => true
                starts_with('abc', 'AB') => false
                starts_with(none, 'a') => undefined
                starts_with('a', 1) => !
                ends_with('abc', 'bc') => true
                ends_with('abc', 'b') => false
                ends_with('abc', none) => undefined
                contains('abc', 'b') => true
                contains('abc', 'B') => false
                contains($body.n, 'b') => undefined
                contains('abc', null) => !
                """.lines();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void _40_to_45_every_row_of_the_table(String row) throws Exception {
        String[] sides = row.split(" => ?", -1);

        if (sides[1].equals("!")) {
            assertThat(Conditions.errorTexts(sides[0]))
                    .hasSize(1)
                    .first()
                    .asString()
                    .startsWith("Invalid arguments to");
        } else {
            Value value = Conditions.value(
                    sides[0], Given.leaf().with("key", "keys").json(BODY).message());
            assertThat(shown(value)).isEqualTo(sides[1].trim());
        }
    }

    @Test
    void _41_the_text_names_the_function_as_written_and_the_types() {
        assertThat(Conditions.errors("Power('x', $body.a, null, true, undefined, 1)"))
                .containsExactly(new CompileError(
                        "Invalid arguments to built-in function 'Power': Power(string, unknown, null, bool, undefined, number)",
                        "",
                        1,
                        1,
                        6));
    }

    @Test
    void _43_substring_never_throws() throws Exception {
        var numbers =
                List.of("-1e300", "-3", "-0.5", "0", "0.5", "1", "2", "3", "3.5", "4", "1e300", "(0 / 0)", "(1 / 0)");
        for (String text : List.of("''", "'abc'", "none")) {
            for (String start : numbers) {
                assertThat(Conditions.value("substring(" + text + ", " + start + ")"))
                        .isNotNull();
                for (String length : numbers) {
                    Value value = Conditions.value("substring(" + text + ", " + start + ", " + length + ")");
                    assertThat(value).isNotNull();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"as_string", "is_array", "is_object", "to_number", "rand", "twin_change_includes", "nope"})
    void _47_no_other_function_exists(String name) {
        assertThat(Conditions.errorTexts(name + "(a)")).containsExactly("Invalid built-in function '" + name + "'");
    }

    @ParameterizedTest
    @CsvSource({"LENGTH", "Length", "lEnGtH"})
    void _47_names_ignore_case(String name) throws Exception {
        assertThat(Conditions.value(name + "('abc')")).isEqualTo(Value.of(3));
    }
}

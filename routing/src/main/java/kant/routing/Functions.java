package kant.routing;

import static java.util.Map.entry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The built-in functions (§4) with their signatures. The five {@code is_…} tests are in {@link TypeTest}. */
final class Functions {

    /** What a function does with arguments of the right number; a wrong kind, from a body, makes it undefined. */
    @FunctionalInterface
    interface Body {
        Value apply(Value[] arguments);
    }

    /**
     * One way to call a function.
     *
     * @param repeats whether the last parameter may be given any number of times more
     */
    record Signature(List<Type> parameters, boolean repeats, Type result, Body body) {
        boolean accepts(List<Type> given) {
            if (given.size() < parameters.size() || (given.size() > parameters.size() && !repeats)) {
                return false;
            }
            for (int i = 0; i < given.size(); i++) {
                if (!given.get(i).fits(parameters.get(Math.min(i, parameters.size() - 1)))) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final Map<String, List<Signature>> TABLE = Map.ofEntries(
            entry("abs", number(Math::abs)),
            entry("ceiling", number(Math::ceil)),
            entry("floor", number(Math::floor)),
            entry("exp", number(Math::exp)),
            entry("square", number(n -> n * n)),
            entry("sqrt", number(Math::sqrt)),
            entry("sign", number(Math::signum)),
            entry("power", List.of(fixed(Type.NUMBER, Functions::power, Type.NUMBER, Type.NUMBER))),
            entry(
                    "as_number",
                    List.of(
                            fixed(Type.NUMBER, Functions::asNumber, Type.STRING),
                            fixed(Type.NUMBER, Functions::asNumber, Type.NUMBER))),
            entry(
                    "concat",
                    List.of(new Signature(List.of(Type.STRING, Type.STRING), true, Type.STRING, Functions::concat))),
            entry("length", text(Type.NUMBER, s -> Value.of((double) s.length()))),
            entry("lower", text(Type.STRING, s -> Value.of(perCharacter(s, Character::toLowerCase)))),
            entry("upper", text(Type.STRING, s -> Value.of(perCharacter(s, Character::toUpperCase)))),
            entry(
                    "substring",
                    List.of(
                            fixed(Type.STRING, Functions::substringFrom, Type.STRING, Type.NUMBER),
                            fixed(Type.STRING, Functions::substring, Type.STRING, Type.NUMBER, Type.NUMBER))),
            entry("index_of", texts(Type.NUMBER, (s, part) -> Value.of((double) s.indexOf(part)))),
            entry("starts_with", texts(Type.BOOL, (s, part) -> Value.of(s.startsWith(part)))),
            entry("ends_with", texts(Type.BOOL, (s, part) -> Value.of(s.endsWith(part)))),
            entry("contains", texts(Type.BOOL, (s, part) -> Value.of(s.contains(part)))));

    private Functions() {}

    /** The ways to call the function, whose name ignores case; null where there is none of this name. */
    static @Nullable List<Signature> named(String name) {
        return TABLE.get(name.toLowerCase(Locale.ROOT));
    }

    private static Signature fixed(Type result, Body body, Type... parameters) {
        return new Signature(List.of(parameters), false, result, body);
    }

    private static List<Signature> number(DoubleUnaryOperator function) {
        Body body = arguments ->
                arguments[0] instanceof Value.Number(double n) ? Value.of(function.applyAsDouble(n)) : Value.UNDEFINED;
        return List.of(fixed(Type.NUMBER, body, Type.NUMBER));
    }

    private static List<Signature> text(Type result, Function<String, Value> function) {
        Body body = arguments -> arguments[0] instanceof Value.Text(String s) ? function.apply(s) : Value.UNDEFINED;
        return List.of(fixed(result, body, Type.STRING));
    }

    private static List<Signature> texts(Type result, BiFunction<String, String, Value> function) {
        Body body = arguments ->
                arguments[0] instanceof Value.Text(String s) && arguments[1] instanceof Value.Text(String part)
                        ? function.apply(s, part)
                        : Value.UNDEFINED;
        return List.of(fixed(result, body, Type.STRING, Type.STRING));
    }

    private static Value power(Value[] arguments) {
        return arguments[0] instanceof Value.Number(double base)
                        && arguments[1] instanceof Value.Number(double exponent)
                ? Value.of(Math.pow(base, exponent))
                : Value.UNDEFINED;
    }

    private static Value asNumber(Value[] arguments) {
        return switch (arguments[0]) {
            case Value.Text(String text) -> NumberText.parse(text);
            case Value.Number number -> number;
            case Value.Bool _, Value.Nothing _ -> Value.UNDEFINED;
        };
    }

    private static Value concat(Value[] arguments) {
        var joined = new StringBuilder();
        for (Value argument : arguments) {
            if (!(argument instanceof Value.Text(String text))) {
                return Value.UNDEFINED;
            }
            joined.append(text);
        }
        return Value.of(joined.toString());
    }

    /** With one argument the start may be the length: the rest is then empty. */
    private static Value substringFrom(Value[] arguments) {
        if (!(arguments[0] instanceof Value.Text(String text))
                || !(arguments[1] instanceof Value.Number(double from))) {
            return Value.UNDEFINED;
        }
        int start = (int) from;
        return start < 0 || start > text.length() ? Value.UNDEFINED : Value.of(text.substring(start));
    }

    private static Value substring(Value[] arguments) {
        if (!(arguments[0] instanceof Value.Text(String text))
                || !(arguments[1] instanceof Value.Number(double from))
                || !(arguments[2] instanceof Value.Number(double count))) {
            return Value.UNDEFINED;
        }
        int start = (int) from;
        int length = (int) count;
        boolean inside = start >= 0 && start < text.length() && length >= 0 && length <= text.length() - start;
        return inside ? Value.of(text.substring(start, start + length)) : Value.UNDEFINED;
    }

    @FunctionalInterface
    private interface CharacterMapping {
        char of(char c);
    }

    /** One character to one, whatever the locale: {@code 'ß'} stays as it is in upper case. */
    private static String perCharacter(String text, CharacterMapping mapping) {
        char[] characters = text.toCharArray();
        for (int i = 0; i < characters.length; i++) {
            characters[i] = mapping.of(characters[i]);
        }
        return new String(characters);
    }
}

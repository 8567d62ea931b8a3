package kant.routing;

import static java.util.Map.entry;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The built-in functions (§4) with their signatures. The five {@code is_…} tests are in {@link TypeTest}. */
final class Functions {

    /** Makes the code of a call from the code of its arguments; an argument of a wrong kind, from a body, makes it undefined. */
    @FunctionalInterface
    interface Body {
        Code of(List<Code> arguments);
    }

    /**
     * One way to call a function.
     *
     * @param parameters their types; {@link Type#JSON} here takes nothing but a body's value, whereas one fits everywhere else
     * @param repeats whether the last parameter may be given any number of times more
     */
    record Signature(List<Type> parameters, boolean repeats, Type result, Body body) {
        boolean accepts(List<Type> given) {
            if (given.size() < parameters.size() || (given.size() > parameters.size() && !repeats)) {
                return false;
            }
            for (int i = 0; i < given.size(); i++) {
                Type parameter = parameters.get(Math.min(i, parameters.size() - 1));
                if (parameter == Type.JSON
                        ? given.get(i) != Type.JSON
                        : !given.get(i).fits(parameter)) {
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
                            fixed(Type.NUMBER, Functions::jsonAsNumber, Type.JSON),
                            fixed(Type.NUMBER, Functions::textAsNumber, Type.STRING),
                            fixed(Type.NUMBER, Functions::numberAsNumber, Type.NUMBER))),
            entry(
                    "concat",
                    List.of(new Signature(List.of(Type.STRING, Type.STRING), true, Type.STRING, Functions::concat))),
            entry("length", List.of(fixed(Type.NUMBER, Functions::length, Type.STRING))),
            entry("lower", text(s -> perCharacter(s, Character::toLowerCase))),
            entry("upper", text(s -> perCharacter(s, Character::toUpperCase))),
            entry(
                    "substring",
                    List.of(
                            fixed(Type.STRING, Functions::substringFrom, Type.STRING, Type.NUMBER),
                            fixed(Type.STRING, Functions::substring, Type.STRING, Type.NUMBER, Type.NUMBER))),
            entry("index_of", List.of(fixed(Type.NUMBER, Functions::indexOf, Type.STRING, Type.STRING))),
            entry("starts_with", test(String::startsWith)),
            entry("ends_with", test(String::endsWith)),
            entry("contains", test(String::contains)));

    private Functions() {}

    /** The ways to call the function, whose name ignores case; null where there is none of this name. */
    static @Nullable List<Signature> named(String name) {
        return TABLE.get(name.toLowerCase(Locale.ROOT));
    }

    private static Signature fixed(Type result, Body body, Type... parameters) {
        return new Signature(List.of(parameters), false, result, body);
    }

    /** Every one of these functions makes not-a-number of not-a-number, as undefined is undefined. */
    private static List<Signature> number(DoubleUnaryOperator function) {
        Body body = arguments -> {
            Code n = arguments.getFirst();
            return (Code.OfNumber) e -> function.applyAsDouble(n.number(e));
        };
        return List.of(fixed(Type.NUMBER, body, Type.NUMBER));
    }

    private static List<Signature> text(UnaryOperator<String> function) {
        Body body = arguments -> {
            Code text = arguments.getFirst();
            return (Code.OfText) e -> {
                String s = text.text(e);
                return s == null ? null : function.apply(s);
            };
        };
        return List.of(fixed(Type.STRING, body, Type.STRING));
    }

    private static List<Signature> test(BiPredicate<String, String> test) {
        Body body = arguments -> {
            Code text = arguments.getFirst();
            Code part = arguments.getLast();
            return e -> {
                String s = text.text(e);
                String p = part.text(e);
                return s == null || p == null ? Value.UNDEFINED : Value.of(test.test(s, p));
            };
        };
        return List.of(fixed(Type.BOOL, body, Type.STRING, Type.STRING));
    }

    private static Code length(List<Code> arguments) {
        Code text = arguments.getFirst();
        return (Code.OfNumber) e -> {
            String s = text.text(e);
            return s == null ? Double.NaN : s.length();
        };
    }

    private static Code indexOf(List<Code> arguments) {
        Code text = arguments.getFirst();
        Code part = arguments.getLast();
        return (Code.OfNumber) e -> {
            String s = text.text(e);
            String p = part.text(e);
            return s == null || p == null ? Double.NaN : s.indexOf(p);
        };
    }

    /** To the power of 0 even not-a-number would be 1. */
    private static Code power(List<Code> arguments) {
        Code base = arguments.getFirst();
        Code exponent = arguments.getLast();
        return (Code.OfNumber) e -> {
            double b = base.number(e);
            double x = exponent.number(e);
            return Double.isNaN(b) || Double.isNaN(x) ? Double.NaN : Math.pow(b, x);
        };
    }

    private static Code textAsNumber(List<Code> arguments) {
        Code text = arguments.getFirst();
        return (Code.OfNumber) e -> {
            String s = text.text(e);
            return s == null ? Double.NaN : NumberText.parse(s);
        };
    }

    /** What a body has there shows only now: a text or a number. */
    private static Code jsonAsNumber(List<Code> arguments) {
        Code argument = arguments.getFirst();
        return (Code.OfNumber) e -> switch (argument.evaluate(e)) {
            case Value.Text(String text) -> NumberText.parse(text);
            case Value.Number(double n) -> n;
            case Value.Bool _, Value.Nothing _ -> Double.NaN;
        };
    }

    private static Code numberAsNumber(List<Code> arguments) {
        return arguments.getFirst();
    }

    private static Code concat(List<Code> arguments) {
        return (Code.OfText) e -> {
            var joined = new StringBuilder();
            for (Code argument : arguments) {
                String text = argument.text(e);
                if (text == null) {
                    return null;
                }
                joined.append(text);
            }
            return joined.toString();
        };
    }

    /** With one argument the start may be the length: the rest is then empty. */
    private static Code substringFrom(List<Code> arguments) {
        Code text = arguments.get(0);
        Code from = arguments.get(1);
        return (Code.OfText) e -> {
            String s = text.text(e);
            double start = from.number(e);
            return s == null || Double.isNaN(start) || (int) start < 0 || (int) start > s.length()
                    ? null
                    : s.substring((int) start);
        };
    }

    private static Code substring(List<Code> arguments) {
        Code text = arguments.get(0);
        Code from = arguments.get(1);
        Code count = arguments.get(2);
        return (Code.OfText) e -> {
            String s = text.text(e);
            double start = from.number(e);
            double length = count.number(e);
            return s == null || Double.isNaN(start) || Double.isNaN(length) ? null : cut(s, (int) start, (int) length);
        };
    }

    private static @Nullable String cut(String text, int start, int length) {
        boolean inside = start >= 0 && start < text.length() && length >= 0 && length <= text.length() - start;
        return inside ? text.substring(start, start + length) : null;
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

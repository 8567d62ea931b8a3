package kant.routing;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kant.model.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * Walks a condition and looks everything up in the tables of the reference as they are printed there, one pair at a time;
 * shares no code with the compiler beyond the tree. Values are {@code String}, {@code Double}, {@code Boolean},
 * {@link #NULL} and {@link #UNDEFINED}; types are the words of messages.
 */
final class SlowInterpreter {
    static final String NULL = new String("<null>");
    static final String UNDEFINED = new String("<undefined>");

    /** Raised for what the compiler must refuse. */
    static final class IllTyped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    record Typed(String type, Object value) {}

    private static final Map<String, String> RESULTS = Map.ofEntries(
            Map.entry("abs", "n:n"),
            Map.entry("floor", "n:n"),
            Map.entry("sign", "n:n"),
            Map.entry("as_number", "s:n n:n"),
            Map.entry("concat", "ss:s sss:s"),
            Map.entry("length", "s:n"),
            Map.entry("upper", "s:s"),
            Map.entry("substring", "sn:s snn:s"),
            Map.entry("index_of", "ss:n"),
            Map.entry("contains", "ss:b"),
            Map.entry("is_bool", "?:b"),
            Map.entry("is_number", "?:b"),
            Map.entry("is_string", "?:b"),
            Map.entry("is_defined", "?:b"),
            Map.entry("is_null", "?:b"));

    private static final JsonMapper JSON = new JsonMapper();

    private final Message message;

    SlowInterpreter(Message message) {
        this.message = message;
    }

    Typed run(Expression expression) {
        return switch (expression) {
            case Expression.Literal(Type type, Value value) -> new Typed(type.word(), plain(value));
            case Expression.Property(var _, String name) -> new Typed("string", lookUp(message.properties(), name));
            case Expression.SystemProperty(Token _, String name, boolean shadowed) -> {
                Object own = shadowed ? lookUp(message.properties(), "$" + name) : UNDEFINED;
                yield new Typed("string", own != UNDEFINED ? own : lookUp(message.systemProperties(), name));
            }
            case Expression.Body(Token at, String path, boolean shadowed) -> {
                Object own = shadowed ? lookUp(message.properties(), at.text()) : UNDEFINED;
                yield new Typed("unknown", own != UNDEFINED ? own : bodyAt(path));
            }
            case Expression.Twin _ -> throw new IllTyped(); // the generator makes none
            case Expression.Call(Token at, List<Expression> arguments) ->
                call(
                        at.text().toLowerCase(Locale.ROOT),
                        arguments.stream().map(this::run).toList());
            case Expression.Negate(Token _, Expression operand) -> {
                Typed typed = run(operand);
                require(typed.type().equals("number") || typed.type().equals("unknown"));
                yield new Typed(typed.type(), typed.value() instanceof Double d ? number(-d) : UNDEFINED);
            }
            case Expression.Not(Token _, Expression operand) -> not(run(operand));
            case Expression.Chain(Expression first, List<Expression.Link> links) -> {
                Typed left = run(first);
                for (Expression.Link link : links) {
                    left = binary(left, link.at().text().toLowerCase(Locale.ROOT), run(link.right()));
                }
                yield left;
            }
        };
    }

    private static Object plain(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Number(double n) -> n;
            case Value.Bool bool -> bool == Value.Bool.TRUE;
            case Value.Nothing nothing -> nothing == Value.Nothing.NULL ? NULL : UNDEFINED;
        };
    }

    private static Object lookUp(Map<String, String> properties, String name) {
        var found = new ArrayList<String>();
        properties.forEach((key, value) -> {
            if (key.toUpperCase(Locale.ROOT).equals(name.toUpperCase(Locale.ROOT))) {
                found.add(value);
            }
        });
        return found.isEmpty() ? UNDEFINED : found.getLast();
    }

    private Object bodyAt(String path) {
        try {
            if (!"application/json".equals(message.systemProperties().get("contentType"))) {
                return UNDEFINED;
            }
            JsonNode node = JSON.readTree(new String(message.payload(), StandardCharsets.UTF_8));
            String pointer = "/" + path.replace(".", "/").replace("[", "/").replace("]", "");
            node = node.at(pointer);
            if (node.isObject() || node.isArray()) {
                return UNDEFINED;
            }
            if (node.isMissingNode() || node.isNull()) {
                return NULL;
            }
            return node.isTextual()
                    ? node.asText()
                    : node.isBoolean() ? (Object) node.asBoolean() : number(node.asDouble());
        } catch (JacksonException _) {
            return UNDEFINED;
        }
    }

    private static Typed not(Typed typed) {
        if (typed.type().equals("null")) {
            return new Typed("bool", true);
        }
        require(typed.type().equals("bool") || typed.type().equals("unknown"));
        return new Typed("bool", typed.value() instanceof Boolean b ? !b : UNDEFINED);
    }

    private static Typed binary(Typed left, String operator, Typed right) {
        boolean body = left.type().equals("unknown") || right.type().equals("unknown");
        return switch (operator) {
            case "and", "or" -> logic(left, operator, right, body);
            case "??" -> {
                requireComparable(left.type(), right.type());
                String type = left.type().equals(right.type()) ? left.type() : "unknown";
                yield new Typed(type, left.value() == UNDEFINED ? right.value() : left.value());
            }
            case "||" -> {
                require(in(left, "string", "unknown") && in(right, "string", "unknown"));
                boolean texts = isText(left.value()) && isText(right.value());
                yield new Typed("string", texts ? (String) left.value() + right.value() : UNDEFINED);
            }
            case "+", "-", "*", "/", "%" -> {
                require(in(left, "number", "unknown") && in(right, "number", "unknown"));
                yield new Typed(
                        left.type().equals(right.type()) ? left.type() : "unknown",
                        left.value() instanceof Double a && right.value() instanceof Double b
                                ? number(arithmetic(a, operator, b))
                                : UNDEFINED);
            }
            default -> {
                requireComparable(left.type(), right.type());
                yield new Typed("bool", compared(left.value(), operator, right.value()));
            }
        };
    }

    private static double arithmetic(double a, String operator, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            default -> a % b;
        };
    }

    private static Typed logic(Typed left, String operator, Typed right, boolean body) {
        if (!left.type().equals("unknown")) {
            require(in(left, "bool", "null", "undefined") && in(right, "bool", "null", "undefined", "unknown"));
        }
        boolean and = operator.equals("and");
        boolean leftNull = left.type().equals("null");
        boolean rightNull = right.type().equals("null");
        if (body) {
            boolean both = left.value() instanceof Boolean && right.value() instanceof Boolean;
            return new Typed("bool", both ? truth(left.value(), and, right.value()) : UNDEFINED);
        }
        String type = (and ? leftNull || rightNull : leftNull && rightNull) ? "null" : "bool";
        if (type.equals("null")) {
            return new Typed(type, NULL);
        }
        if (leftNull || rightNull) {
            return new Typed(type, leftNull ? right.value() : left.value());
        }
        return new Typed(type, truth(left.value(), and, right.value()));
    }

    /** The truth table of §3.2. */
    private static Object truth(Object left, boolean and, Object right) {
        String row = letter(left) + letter(right);
        String table =
                and ? "TT:T TF:F TU:U FT:F FF:F FU:F UT:U UF:F UU:U" : "TT:T TF:T TU:T FT:T FF:F FU:U UT:T UF:U UU:U";
        char result = table.charAt(table.indexOf(row + ":") + 3);
        return result == 'U' ? UNDEFINED : (Object) (result == 'T');
    }

    private static String letter(Object value) {
        return value instanceof Boolean b ? (b ? "T" : "F") : "U";
    }

    private static Object compared(Object left, String operator, Object right) {
        if (left == UNDEFINED || right == UNDEFINED) {
            return UNDEFINED;
        }
        int kinds = Integer.compare(kind(left), kind(right));
        int order = kinds != 0 ? kinds : sameKind(left, right);
        return switch (operator) {
            case "=" -> order == 0;
            case "!=", "<>" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static int sameKind(Object left, Object right) {
        if (left == NULL) {
            return 0;
        }
        if (left instanceof Double a && right instanceof Double b) {
            return Double.isInfinite(a) || Double.isInfinite(b)
                    ? Double.compare(a, b)
                    : new BigDecimal(a).compareTo(new BigDecimal(b));
        }
        return left instanceof Boolean a ? a.compareTo((Boolean) right) : ((String) left).compareTo((String) right);
    }

    private static int kind(Object value) {
        return value instanceof Boolean ? 0 : value instanceof Double ? 1 : isText(value) ? 2 : 3;
    }

    private static Typed call(String name, List<Typed> arguments) {
        String signatures = RESULTS.get(name);
        require(signatures != null);
        for (String signature : signatures.split(" ")) {
            String[] sides = signature.split(":");
            if (accepts(sides[0], arguments)) {
                String type = sides[1].equals("n") ? "number" : sides[1].equals("s") ? "string" : "bool";
                return new Typed(type, function(name, arguments));
            }
        }
        throw new IllTyped();
    }

    private static boolean accepts(String parameters, List<Typed> arguments) {
        boolean accepted = parameters.length() == arguments.size();
        for (int i = 0; accepted && i < arguments.size(); i++) {
            char first = arguments.get(i).type().charAt(0);
            accepted = parameters.charAt(i) == '?'
                    || parameters.charAt(i) == first
                    || arguments.get(i).type().equals("unknown");
        }
        return accepted;
    }

    private static Object function(String name, List<Typed> arguments) {
        String type = arguments.getFirst().type();
        Object a = arguments.getFirst().value();
        Object b = arguments.size() > 1 ? arguments.get(1).value() : UNDEFINED;
        Object c = arguments.size() > 2 ? arguments.get(2).value() : UNDEFINED;
        boolean texts = isText(a) && isText(b);
        return switch (name) {
            case "abs" -> a instanceof Double d ? (Object) (d < 0 ? 0 - d : 0 + d) : UNDEFINED;
            case "floor" -> a instanceof Double d ? (Object) Math.floor(d) : UNDEFINED;
            case "sign" -> a instanceof Double d ? (Object) (d > 0 ? 1.0 : d < 0 ? -1.0 : 0.0) : UNDEFINED;
            case "as_number" -> a instanceof Double ? a : isText(a) ? parsed((String) a) : UNDEFINED;
            case "concat" ->
                texts && (arguments.size() == 2 || isText(c))
                        ? a + (String) b + (arguments.size() == 2 ? "" : (String) c)
                        : UNDEFINED;
            case "length" -> isText(a) ? (Object) (double) ((String) a).length() : UNDEFINED;
            case "upper" -> isText(a) ? ((String) a).toUpperCase(Locale.ROOT) : UNDEFINED;
            case "substring" ->
                isText(a) && b instanceof Double from
                        ? cut((String) a, from, arguments.size() == 2 ? null : c)
                        : UNDEFINED;
            case "index_of" -> texts ? (Object) (double) ((String) a).indexOf((String) b) : UNDEFINED;
            case "contains" -> texts ? (Object) ((String) a).contains((String) b) : UNDEFINED;
            case "is_bool" ->
                type.equals("bool") || type.equals("unknown")
                        ? (a == UNDEFINED ? UNDEFINED : (Object) (a instanceof Boolean))
                        : (Object) false;
            case "is_number" -> a instanceof Double d && !d.isInfinite();
            case "is_string" -> isText(a);
            case "is_defined" -> a != UNDEFINED;
            default -> a == NULL;
        };
    }

    /** The generator's texts are either plain numbers or none. */
    private static Object parsed(String text) {
        return text.matches("-?\\d+(\\.\\d+)?") ? (Object) Double.parseDouble(text) : UNDEFINED;
    }

    private static Object cut(String text, double from, @Nullable Object count) {
        double start = from < 0 ? Math.ceil(from) : Math.floor(from);
        if (count == null) {
            return start >= 0 && start <= text.length() ? text.substring((int) start) : UNDEFINED;
        }
        if (!(count instanceof Double d)) {
            return UNDEFINED;
        }
        double length = d < 0 ? Math.ceil(d) : Math.floor(d);
        return start >= 0 && start < text.length() && length >= 0 && start + length <= text.length()
                ? text.substring((int) start, (int) (start + length))
                : UNDEFINED;
    }

    private static boolean isText(Object value) {
        return value instanceof String && value != NULL && value != UNDEFINED;
    }

    private static Object number(double value) {
        return Double.isNaN(value) ? UNDEFINED : (Object) value;
    }

    private static boolean in(Typed typed, String... types) {
        return List.of(types).contains(typed.type());
    }

    /** The table of §3.3. */
    private static void requireComparable(String left, String right) {
        require(left.equals(right)
                || (left.equals("unknown") && !right.equals("undefined"))
                || (right.equals("unknown") && !left.equals("undefined")));
    }

    private static void require(boolean allowed) {
        if (!allowed) {
            throw new IllTyped();
        }
    }
}

package kant.routing;

import java.util.List;
import java.util.random.RandomGenerator;
import kant.model.message.Message;

/** Conditions and messages by chance; mostly of matching types, for else hardly one would compile. Small at first. */
final class RandomConditions {
    private static final List<String> COMPARISONS = List.of("=", "!=", "<>", "<", "<=", ">", ">=");

    private final RandomGenerator random;

    RandomConditions(RandomGenerator random) {
        this.random = random;
    }

    Message message() {
        Given given = random.nextBoolean() ? Given.leaf() : Given.module("m");
        for (String name : List.of("a", "b", "A", "$body.x", "$messageId")) {
            if (random.nextInt(3) == 0) {
                given.with(name, pick("x", "", "7", "-2.5", "Pear", "é"));
            }
        }
        if (random.nextBoolean()) {
            given.system("messageId", pick("x", "7"));
        }
        if (random.nextInt(4) > 0) {
            given.json("{\"x\":" + json() + ",\"y\":[" + json() + "," + json() + "],\"o\":{\"z\":" + json() + "}}");
        }
        return given.message();
    }

    private String json() {
        return pick("1", "-2.5", "\"x\"", "\"7\"", "true", "false", "null", "{}", "[1]", "\"Pear\"", "1e400");
    }

    /** A boolean expression in most cases. */
    String condition(int depth) {
        if (random.nextInt(25) == 0) {
            return anything(depth);
        }
        if (depth <= 0) {
            return pick("true", "false", "$body.x", "undefined", "null", "is_defined(a)", "$body.y[1]");
        }
        return switch (random.nextInt(9)) {
            case 0 -> "not (" + condition(depth - 1) + ")";
            case 1, 2 -> condition(depth - 1) + pick(" and ", " OR ") + condition(depth - 1);
            case 3 -> "(" + condition(depth - 1) + pick(" AND ", " or ") + condition(depth - 1) + ")";
            case 4, 5 -> number(depth - 1) + " " + comparison() + " " + number(depth - 1);
            case 6 -> text(depth - 1) + " " + comparison() + " " + text(depth - 1);
            case 7 ->
                pick("is_bool", "is_number", "is_string", "is_defined", "is_null") + "(" + anything(depth - 1) + ")";
            default -> "contains(" + text(depth - 1) + ", " + text(depth - 1) + ")";
        };
    }

    private String number(int depth) {
        if (depth <= 0) {
            return pick("0", "1", "7", "-2.5", "0x10", "1e400", "$body.x", "$body.y[0]", "as_number(a)", "{$body.x}");
        }
        return switch (random.nextInt(6)) {
            case 0 -> "- (" + number(depth - 1) + ")";
            case 1, 2 -> "(" + number(depth - 1) + pick(" + ", " - ", " * ", " / ", " % ") + number(depth - 1) + ")";
            case 3 -> pick("abs", "floor", "sign") + "(" + number(depth - 1) + ")";
            case 4 -> pick("length(", "as_number(") + text(depth - 1) + ")";
            default -> "index_of(" + text(depth - 1) + ", " + text(depth - 1) + ")";
        };
    }

    private String text(int depth) {
        if (depth <= 0) {
            return pick(
                    "a",
                    "b",
                    "none",
                    "$messageId",
                    "{$messageId}",
                    "'x'",
                    "'7'",
                    "''",
                    "$body.o.z",
                    "$body.y[1]",
                    "$Body.x");
        }
        return switch (random.nextInt(5)) {
            case 0 -> "(" + text(depth - 1) + " || " + text(depth - 1) + ")";
            case 1 -> "(" + text(depth - 1) + " ?? " + text(depth - 1) + ")";
            case 2 -> "substring(" + text(depth - 1) + ", " + number(depth - 1) + ")";
            case 3 -> "substring(" + text(depth - 1) + ", " + number(depth - 1) + ", " + number(depth - 1) + ")";
            default -> pick("upper(", "concat('p', ") + text(depth - 1) + ")";
        };
    }

    private String anything(int depth) {
        return switch (random.nextInt(5)) {
            case 0 -> condition(depth);
            case 1 -> number(depth);
            case 2 -> text(depth);
            case 3 -> pick("null", "undefined", "$body", "0x11111111111111111");
            default ->
                "(" + anything(depth - 1) + " " + pick("=", "<", "??", "and", "+", "||") + " " + anything(depth - 1)
                        + ")";
        };
    }

    private String comparison() {
        return COMPARISONS.get(random.nextInt(COMPARISONS.size()));
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}

package kant.edgehub.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Environment variables as the original reads them: names in any case, {@code :} and {@code __} alike. Every mistake is
 * collected, so that one start shows them all.
 */
final class Environment {
    private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> mistakes = new ArrayList<>();

    Environment(Map<String, String> environment) {
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                values.put(name.replace(":", "__"), value.strip());
            }
        });
    }

    List<String> mistakes() {
        return List.copyOf(mistakes);
    }

    @Nullable
    String get(String name) {
        return values.get(name);
    }

    String text(String name, String otherwise) {
        String value = values.get(name);
        return value == null ? otherwise : value;
    }

    String require(String name, String remedy) {
        String value = values.get(name);
        if (value == null) {
            mistakes.add(name + " is not set: " + remedy);
            return "";
        }
        return value;
    }

    long number(String name, long otherwise, long least, long most) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            // said below, with the range
        }
        mistakes.add(name + "=\"" + value + "\" is not a whole number from " + least + " to " + most);
        return otherwise;
    }

    int port(String name, int otherwise) {
        return (int) number(name, otherwise, 0, 65_535);
    }

    Duration seconds(String name, long otherwise) {
        return Duration.ofSeconds(number(name, otherwise, 1, Integer.MAX_VALUE));
    }

    boolean flag(String name, boolean otherwise) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> {
                mistakes.add(name + "=\"" + value + "\" is neither true nor false");
                yield otherwise;
            }
        };
    }

    void mistake(String text) {
        mistakes.add(text);
    }
}

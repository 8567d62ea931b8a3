package kant.edgehub.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Environment variables as the original reads them: names in any case, {@code :} and {@code __} alike. Every mistake is
 * collected, so that one start shows them all.
 */
final class Environment {
    private static final Pattern TIMESPAN = Pattern.compile("(?:(\\d{1,5})\\.)?(\\d{1,2}):(\\d{1,2}):(\\d{1,2})");

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

    /** A .NET time span, {@code [d.]hh:mm:ss}, as the original's settings have it. */
    Duration timespan(String name, Duration otherwise) {
        String value = values.get(name);
        if (value == null) {
            return otherwise;
        }
        var match = TIMESPAN.matcher(value);
        if (!match.matches()) {
            mistakes.add(name + "=\"" + value + "\" is not a time span of the form hh:mm:ss");
            return otherwise;
        }
        Duration read = Duration.ofDays(match.group(1) == null ? 0 : Long.parseLong(match.group(1)))
                .plusHours(Long.parseLong(match.group(2)))
                .plusMinutes(Long.parseLong(match.group(3)))
                .plusSeconds(Long.parseLong(match.group(4)));
        if (read.isZero()) {
            mistakes.add(name + "=\"" + value + "\" must be more than no time");
            return otherwise;
        }
        return read;
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

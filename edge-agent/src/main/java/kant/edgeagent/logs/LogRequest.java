package kant.edgeagent.logs;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/**
 * What {@code GetModuleLogs} and {@code UploadModuleLogs} ask for.
 *
 * @param items in the order given; a module belongs to the first that names it
 */
public record LogRequest(List<Item> items, Encoding encoding, Content content) {

    /** How the bytes are packed. */
    public enum Encoding {
        NONE,
        GZIP
    }

    /** What the bytes are. */
    public enum Content {
        TEXT,
        JSON
    }

    /** Which modules, and which of their lines. */
    public record Item(Pattern modules, LogFilter filter) {}

    public LogRequest {
        items = List.copyOf(items);
    }

    /** Reads the request's members; refuses what is not understood, naming it. */
    public static LogRequest parse(JsonNode json) throws RefusedException {
        JsonNode items = json.path("items");
        List<Item> parsed = new ArrayList<>();
        for (JsonNode item : items.isObject() ? List.of(items) : items) {
            parsed.add(item(item));
        }
        if (parsed.isEmpty()) {
            throw invalid("items names no module");
        }
        return new LogRequest(
                parsed,
                word(json, "encoding", Encoding.NONE, Encoding.values()),
                word(json, "contentType", Content.TEXT, Content.values()));
    }

    /** The wanted ones of these modules, each with the filter of the first item that names it. */
    public Map<String, LogFilter> among(List<String> modules) {
        Map<String, LogFilter> wanted = new LinkedHashMap<>();
        for (String module : modules) {
            items.stream()
                    .filter(item -> item.modules().matcher(module).find())
                    .findFirst()
                    .ifPresent(item -> wanted.put(module, item.filter()));
        }
        return wanted;
    }

    private static Item item(JsonNode json) throws RefusedException {
        String id = json.path("id").asText("");
        if (id.isBlank()) {
            throw invalid("items[].id is blank");
        }
        JsonNode filter = json.path("filter");
        Pattern regex = filter.hasNonNull("regex") ? regex(filter.path("regex").asText(), "regex") : null;
        return new Item(
                id.equals("all") ? Pattern.compile("") : regex(id, "id"),
                new LogFilter(
                        number(filter, "tail"),
                        textOrNull(filter.path("since")),
                        textOrNull(filter.path("until")),
                        level(filter),
                        regex,
                        filter.path("includeTimestamp").asBoolean(false)));
    }

    private static Pattern regex(String text, String member) throws RefusedException {
        try {
            return Pattern.compile(text, member.equals("id") ? Pattern.CASE_INSENSITIVE : 0);
        } catch (PatternSyntaxException e) {
            throw invalid(member + " \"" + text + "\" is not a regular expression: " + e.getDescription());
        }
    }

    private static @Nullable Integer level(JsonNode filter) throws RefusedException {
        Long level = number(filter, "loglevel");
        if (level != null && level > 7) {
            throw invalid("loglevel is " + level + ", not 0 to 7");
        }
        return level == null ? null : level.intValue();
    }

    private static @Nullable Long number(JsonNode filter, String member) throws RefusedException {
        JsonNode value = filter.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || value.asLong() < 0) {
            throw invalid(member + " is " + value + ", not a whole number from 0");
        }
        return value.asLong();
    }

    private static @Nullable String textOrNull(JsonNode value) {
        return value.isValueNode() && !value.isNull() ? value.asText() : null;
    }

    private static <T extends Enum<T>> T word(JsonNode json, String member, T usual, T[] words)
            throws RefusedException {
        JsonNode value = json.path(member);
        if (value.isMissingNode() || value.isNull()) {
            return usual;
        }
        for (T word : words) {
            if (word.name().equalsIgnoreCase(value.asText())) {
                return word;
            }
        }
        throw invalid(member + " \"" + value.asText() + "\" is not one of "
                + String.join(
                        ", ",
                        List.of(words).stream()
                                .map(w -> w.name().toLowerCase(Locale.ROOT))
                                .toList()));
    }

    private static RefusedException invalid(String what) {
        return new RefusedException(new Refusal.Invalid("Error parsing command payload because of error - " + what));
    }
}

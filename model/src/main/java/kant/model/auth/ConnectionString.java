package kant.model.auth;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import kant.model.error.Refusal;
import kant.model.error.RefusedException;
import org.jspecify.annotations.Nullable;

/** A connection string: {@code HostName=…;DeviceId=…;SharedAccessKey=…}, keys in any case. Its text form hides the keys. */
public record ConnectionString(Map<String, String> parts) {

    public ConnectionString {
        parts = Map.copyOf(parts);
    }

    /** Reads one, or refuses it naming the part at fault. */
    public static ConnectionString parse(String text) throws RefusedException {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : text.strip().split(";")) {
            int equals = part.indexOf('=');
            if (equals <= 0) {
                throw new RefusedException(
                        new Refusal.Invalid(
                                "the connection string has a part without \"name=value\"; copy it whole, it looks like HostName=…;DeviceId=…;SharedAccessKey=…"));
            }
            parts.put(
                    part.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                    part.substring(equals + 1).strip());
        }
        return new ConnectionString(parts);
    }

    /** The value of a part, for example {@code HostName}; null where absent. */
    public @Nullable String get(String name) {
        return parts.get(name.toLowerCase(Locale.ROOT));
    }

    /** The value of a part that must be there. */
    public String require(String name) throws RefusedException {
        String value = get(name);
        if (value == null || value.isEmpty()) {
            throw new RefusedException(new Refusal.Invalid("the connection string has no " + name + "; it has "
                    + parts.keySet().stream().sorted().toList()));
        }
        return value;
    }

    @Override
    public String toString() {
        return parts.entrySet().stream()
                .map(e -> e.getKey() + "=" + (e.getKey().startsWith("sharedaccess") ? "<redacted>" : e.getValue()))
                .sorted()
                .collect(Collectors.joining(";"));
    }
}

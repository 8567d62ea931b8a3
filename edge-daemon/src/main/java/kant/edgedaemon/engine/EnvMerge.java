package kant.edgedaemon.engine;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A module's environment: the spec's variables, those of {@code createOptions.Env} over them, sorted (reference/daemon.md §5.2). */
public final class EnvMerge {
    private EnvMerge() {}

    public static Map<String, String> merge(Map<String, String> spec, JsonNode createOptionsEnv) {
        Map<String, String> merged = new TreeMap<>(spec);
        for (JsonNode entry : createOptionsEnv) {
            String text = entry.asText();
            int equals = text.indexOf('=');
            merged.put(equals < 0 ? text : text.substring(0, equals), equals < 0 ? "" : text.substring(equals + 1));
        }
        return merged;
    }

    /** As {@code NAME=value} lines. */
    public static List<String> lines(Map<String, String> env) {
        List<String> lines = new ArrayList<>();
        env.forEach((name, value) -> lines.add(name + "=" + value));
        return lines;
    }
}

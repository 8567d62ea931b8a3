package kant.routing;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Looks names up ignoring case. Of names that differ only in case the last one counts (the original refuses the message). */
final class CaseBlind {
    /** Up to here looking through all is cheaper than making an index. */
    private static final int FEW = 16;

    private final Map<String, String> entries;
    private final boolean indexed;

    CaseBlind(Map<String, String> entries) {
        indexed = entries.size() > FEW;
        this.entries = indexed ? index(entries) : entries;
    }

    private static Map<String, String> index(Map<String, String> entries) {
        Map<String, String> index = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        entries.forEach(index::put);
        return index;
    }

    @Nullable
    String get(String name) {
        if (indexed) {
            return entries.get(name);
        }
        String found = null;
        for (var entry : entries.entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                found = entry.getValue();
            }
        }
        return found;
    }
}

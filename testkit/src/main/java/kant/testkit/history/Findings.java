package kant.testkit.history;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** How often each promise was broken, with the first few cases in words. Guarded by its {@link History}. */
final class Findings {
    private static final int EXAMPLES_OF_EACH = 5;

    private final Map<Finding, Long> counts = new EnumMap<>(Finding.class);
    private final List<String> examples = new ArrayList<>();

    void add(Finding finding, String example) {
        if (counts.merge(finding, 1L, Long::sum) <= EXAMPLES_OF_EACH) {
            examples.add(finding + ": " + example);
        }
    }

    Map<Finding, Long> counts() {
        return counts;
    }

    List<String> examples() {
        return examples;
    }
}

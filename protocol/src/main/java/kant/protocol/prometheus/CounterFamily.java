package kant.protocol.prometheus;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;

/** A counter with labels, quick to add to from any thread. */
public final class CounterFamily {
    /** Series of one name; what would be more falls together under {@code other}: some labels are a client's own choice. */
    static final int MOST_SERIES = 10_000;

    private final String name;
    private final List<String> labels;
    private final Map<List<String>, LongAdder> series = new ConcurrentHashMap<>();

    /** @param labels their names, in the order of {@link #add}'s values */
    public CounterFamily(String name, String... labels) {
        this.name = name;
        this.labels = List.of(labels);
    }

    public String name() {
        return name;
    }

    public void add(String... values) {
        List<String> key = List.of(values);
        // get first: computeIfAbsent locks even where the key is there
        LongAdder counter = series.get(key);
        if (counter == null) {
            counter = series.computeIfAbsent(bounded(key), _ -> new LongAdder());
        }
        counter.increment();
    }

    /** Every series as label names and values in turn, and its count. */
    public void forEach(BiConsumer<String[], Long> action) {
        series.forEach((values, count) -> action.accept(pairs(labels, values), count.sum()));
    }

    private List<String> bounded(List<String> key) {
        return series.size() < MOST_SERIES ? key : other(labels);
    }

    static List<String> other(List<String> labels) {
        return labels.stream().map(_ -> "other").toList();
    }

    static String[] pairs(List<String> labels, List<String> values) {
        var pairs = new String[2 * labels.size()];
        for (int i = 0; i < labels.size(); i++) {
            pairs[2 * i] = labels.get(i);
            pairs[2 * i + 1] = values.get(i);
        }
        return pairs;
    }
}

package kant.protocol.prometheus;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * A Prometheus summary with labels, of its sum and count only: a rate of the one by a rate of the other is the mean, and no
 * sample is kept.
 */
public final class SummaryFamily {
    private final String name;
    private final double unit;
    private final List<String> labels;
    private final Map<List<String>, Cell> series = new ConcurrentHashMap<>();

    private record Cell(LongAdder count, LongAdder sum) {}

    /** One series at one moment. */
    public interface Reader {
        void read(String[] labels, long count, double sum);
    }

    /** @param unit what one of the values added is worth in the unit that the name ends with */
    public SummaryFamily(String name, double unit, String... labels) {
        this.name = name;
        this.unit = unit;
        this.labels = List.of(labels);
    }

    public String name() {
        return name;
    }

    public void add(long value, String... values) {
        List<String> key = List.of(values);
        Cell cell = series.get(key);
        if (cell == null) {
            List<String> bounded = series.size() < CounterFamily.MOST_SERIES ? key : CounterFamily.other(labels);
            cell = series.computeIfAbsent(bounded, _ -> new Cell(new LongAdder(), new LongAdder()));
        }
        cell.count.increment();
        cell.sum.add(value);
    }

    public void forEach(Reader reader) {
        series.forEach((values, cell) ->
                reader.read(CounterFamily.pairs(labels, values), cell.count.sum(), cell.sum.sum() * unit));
    }
}

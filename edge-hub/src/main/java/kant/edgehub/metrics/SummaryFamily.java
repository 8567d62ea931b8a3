package kant.edgehub.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** A Prometheus summary with labels: sum, count and {@link Quantiles}, quick to add to from any thread; no sample is kept. */
final class SummaryFamily {
    /** Series with quantiles, which cost some 3 KB each; further ones have sum and count. */
    private static final int MOST_WITH_QUANTILES = 500;

    private final String name;
    private final double unit;
    private final List<String> labels;
    private final Time time;
    private final AtomicInteger withQuantiles = new AtomicInteger();
    private final Map<List<String>, Cell> series = new ConcurrentHashMap<>();

    private record Cell(
            LongAdder count, LongAdder sum, @Nullable Quantiles quantiles) {}

    /** One series at one moment; its quantiles are those of {@link Quantiles#TOLD}, or there are none. */
    interface Reader {
        void read(String[] labels, long count, double sum, double[] quantiles);
    }

    /** @param unit what one of the values added is worth in the unit that the name ends with */
    SummaryFamily(Time time, String name, double unit, String... labels) {
        this.time = time;
        this.name = name;
        this.unit = unit;
        this.labels = List.of(labels);
    }

    String name() {
        return name;
    }

    void add(long value, String... values) {
        List<String> key = List.of(values);
        Cell cell = series.get(key);
        if (cell == null) {
            List<String> bounded = series.size() < CounterFamily.MOST_SERIES ? key : CounterFamily.other(labels);
            cell = series.computeIfAbsent(bounded, _ -> fresh());
        }
        cell.count.increment();
        cell.sum.add(value);
        if (cell.quantiles != null) {
            cell.quantiles.add(value, time.nanos());
        }
    }

    private Cell fresh() {
        boolean room = withQuantiles.getAndIncrement() < MOST_WITH_QUANTILES;
        return new Cell(new LongAdder(), new LongAdder(), room ? new Quantiles(time.nanos()) : null);
    }

    void forEach(Reader reader) {
        series.forEach((values, cell) -> {
            double[] quantiles = cell.quantiles == null ? new double[0] : cell.quantiles.read(time.nanos());
            for (int i = 0; i < quantiles.length; i++) {
                quantiles[i] *= unit;
            }
            reader.read(CounterFamily.pairs(labels, values), cell.count.sum(), cell.sum.sum() * unit, quantiles);
        });
    }
}

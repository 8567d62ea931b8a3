package kant.protocol.prometheus;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import kant.world.Time;
import org.jspecify.annotations.Nullable;

/** A Prometheus summary with labels: sum, count and {@link Quantiles}, quick to add to from any thread; no sample is kept. */
public final class SummaryFamily {
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

    /** @param unit what one of the values added is worth in the unit that the name ends with */
    public SummaryFamily(Time time, String name, double unit, String... labels) {
        this.time = time;
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
            cell = series.computeIfAbsent(bounded, _ -> fresh());
        }
        cell.count.increment();
        cell.sum.add(value);
        if (cell.quantiles != null) {
            cell.quantiles.add(value, time.nanos());
        }
    }

    /** All series, as the original's summaries are told: with its labels and {@code ms_telemetry}. */
    public void write(PrometheusText text) {
        text.type(name, "summary");
        series.forEach((values, cell) -> {
            String[] pairs = CounterFamily.pairs(labels, values);
            double[] quantiles = cell.quantiles == null ? new double[0] : cell.quantiles.read(time.nanos());
            for (int i = 0; i < quantiles.length; i++) {
                String which = Double.toString(Quantiles.TOLD[i]);
                text.original(name, quantiles[i] * unit, telemetry(pairs, "quantile", which));
            }
            text.original(name + "_sum", cell.sum.sum() * unit, telemetry(pairs));
            text.original(name + "_count", cell.count.sum(), telemetry(pairs));
        });
    }

    private Cell fresh() {
        boolean room = withQuantiles.getAndIncrement() < MOST_WITH_QUANTILES;
        return new Cell(new LongAdder(), new LongAdder(), room ? new Quantiles(time.nanos()) : null);
    }

    private static String[] telemetry(String[] pairs, String... more) {
        String[] all = Arrays.copyOf(pairs, pairs.length + more.length + 2);
        System.arraycopy(more, 0, all, pairs.length, more.length);
        all[all.length - 2] = "ms_telemetry";
        all[all.length - 1] = "True";
        return all;
    }
}

package kant.bench.host;

import java.util.List;
import java.util.Locale;

/** One figure, measured several times. */
public record Figures(List<Double> values) {

    public Figures {
        values = values.stream().sorted().toList();
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no figure was measured");
        }
    }

    public double median() {
        int middle = values.size() / 2;
        return values.size() % 2 == 1 ? values.get(middle) : (values.get(middle - 1) + values.get(middle)) / 2;
    }

    public double min() {
        return values.getFirst();
    }

    public double max() {
        return values.getLast();
    }

    /** Half the distance from the lowest to the highest, in per cent of the median. */
    public int spreadPercent() {
        return median() == 0 ? 0 : (int) Math.round((max() - min()) * 50 / median());
    }

    /** The median with its spread, for example {@code 23,400 ±4%}. */
    public String text(int decimals) {
        return number(median(), decimals) + (values.size() == 1 ? "" : " ±" + spreadPercent() + "%");
    }

    public static String number(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}

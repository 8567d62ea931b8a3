package kant.protocol.prometheus;

import java.util.Map;

/** Writes samples in Prometheus' text form 0.0.4. */
public final class PrometheusText {
    private final StringBuilder text = new StringBuilder(8192);
    private final String base;

    /** @param base labels that every sample of the original's metrics has */
    public PrometheusText(Map<String, String> base) {
        var labels = new StringBuilder();
        base.forEach((name, value) -> label(labels, name, value));
        this.base = labels.toString();
    }

    public void type(String name, String type) {
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    /** One sample of a metric of the original's, with the labels that all of those have, and these. */
    public void original(String name, long value, String... labels) {
        sample(name, base, Long.toString(value), labels);
    }

    /** The same for a value with a fraction. */
    public void original(String name, double value, String... labels) {
        sample(name, base, Double.toString(value), labels);
    }

    /** One sample with these labels only. */
    public void kant(String name, long value, String... labels) {
        sample(name, "", Long.toString(value), labels);
    }

    private void sample(String name, String first, String value, String... labels) {
        var all = new StringBuilder(first);
        for (int i = 0; i < labels.length; i += 2) {
            label(all, labels[i], labels[i + 1]);
        }
        text.append(name);
        if (!all.isEmpty()) {
            text.append('{').append(all).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    private static void label(StringBuilder into, String name, String value) {
        if (!into.isEmpty()) {
            into.append(',');
        }
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        into.append(name).append("=\"").append(escaped).append('"');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}

package kant.testkit.history;

import java.util.List;
import java.util.Map;

/**
 * What a history says.
 *
 * @param sent messages, each once
 * @param arrived arrivals at all endpoints, repeats included
 * @param mostRepeatsAtOnce the most repeats at one endpoint between two disturbances
 * @param findings how often which promise was broken; empty if none was
 * @param examples some of them in words
 */
public record Verdict(
        long sent,
        long acknowledged,
        long arrived,
        long repeats,
        long mostRepeatsAtOnce,
        int disturbances,
        Map<Finding, Long> findings,
        List<String> examples) {
    public Verdict {
        findings = Map.copyOf(findings);
        examples = List.copyOf(examples);
    }

    public boolean good() {
        return findings.isEmpty();
    }

    public long count(Finding finding) {
        return findings.getOrDefault(finding, 0L);
    }

    /** One line of figures, and the examples below it. */
    public String text() {
        String figures = ("%d sent, %d acknowledged, %d arrivals, %d repeats (at most %d after one of %d disturbances): %s")
                .formatted(
                        sent,
                        acknowledged,
                        arrived,
                        repeats,
                        mostRepeatsAtOnce,
                        disturbances,
                        good() ? "every promise kept" : findings.toString());
        return examples.isEmpty() ? figures : figures + "\n  " + String.join("\n  ", examples);
    }
}

package kant.cli.route;

import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;
import kant.routing.Explanation;
import kant.routing.Explanation.Finding;
import kant.routing.Route;

/** For people. */
final class TextVerdicts implements Verdicts {
    private final PrintStream out;
    private final String edgeDevice;

    TextVerdicts(PrintStream out, String edgeDevice) {
        this.out = out;
        this.edgeDevice = edgeDevice;
    }

    @Override
    public void compiled(List<Trial> trials) {
        for (Trial trial : trials) {
            Route route = trial.route();
            out.println(trial.name() + ": compiles"
                    + (route == null
                            ? ""
                            : ", into " + route.target(edgeDevice).endpoint() + " where " + route.condition()));
        }
    }

    @Override
    public boolean message(int number, GivenMessage given, List<Trial> trials) {
        boolean taken = false;
        out.println("message " + number + " from " + Route.sourceOf(given.message()));
        for (Trial trial : trials) {
            Explanation explanation = trial.explain(given.message(), given.twins());
            taken |= explanation.verdict() == Explanation.Verdict.MATCH;
            out.println("  " + verdict(trial, explanation));
            explanation.values().forEach(value -> out.println("      " + line(value)));
        }
        return taken;
    }

    private String verdict(Trial trial, Explanation explanation) {
        return switch (explanation.verdict()) {
            case MATCH -> "✓ " + trial.name() + ": taken" + target(trial);
            case OTHER_SOURCE -> "✗ " + trial.name() + ": the message is from elsewhere";
            case FALSE -> "✗ " + trial.name() + ": the condition is false";
            case UNDEFINED -> "✗ " + trial.name() + ": the condition is undefined, because of " + causes(explanation);
            case NOT_BOOLEAN -> "✗ " + trial.name() + ": the condition is neither true nor false";
        };
    }

    private String target(Trial trial) {
        return trial.route() == null
                ? ""
                : ", into " + trial.route().target(edgeDevice).endpoint();
    }

    private static String causes(Explanation explanation) {
        String causes = explanation.values().stream()
                .filter(Finding::isUndefined)
                .map(Finding::text)
                .distinct()
                .collect(Collectors.joining(", "));
        return causes.isEmpty() ? "itself" : causes;
    }

    private static String line(Finding value) {
        return value.text() + " is " + value.value() + " (line " + value.line() + ", columns " + value.column() + "-"
                + value.endColumn() + ")" + (value.why().isEmpty() ? "" : ": " + value.why());
    }
}

package kant.cli.route;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import kant.cli.host.Json;
import kant.model.message.Target;
import kant.routing.Explanation;
import kant.routing.PolicyText;
import kant.routing.Route;

/** For programs: one object a line. */
final class JsonVerdicts implements Verdicts {
    private final PrintStream out;
    private final String edgeDevice;

    JsonVerdicts(PrintStream out, String edgeDevice) {
        this.out = out;
        this.edgeDevice = edgeDevice;
    }

    @Override
    public void compiled(List<Trial> trials) {
        for (Trial trial : trials) {
            out.println(Json.text(described(trial).put("compiles", true)));
        }
    }

    @Override
    public boolean message(int number, GivenMessage given, List<Trial> trials) {
        boolean taken = false;
        ObjectNode line = Json.object().put("message", number).put("source", Route.sourceOf(given.message()));
        ArrayNode routes = line.putArray("routes");
        for (Trial trial : trials) {
            Explanation explanation = trial.explain(given.message(), given.twins());
            boolean match = explanation.verdict() == Explanation.Verdict.MATCH;
            taken |= match;
            ObjectNode told = described(trial);
            told.put("match", match);
            told.put("verdict", explanation.verdict().name().toLowerCase(Locale.ROOT));
            explanation.values().forEach(value -> tell(value, told.withArray("values")));
            routes.add(told);
        }
        out.println(Json.text(line.put("taken", taken)));
        return taken;
    }

    private ObjectNode described(Trial trial) {
        ObjectNode told = Json.object().put("route", trial.name());
        if (trial.route() != null) {
            Target target = trial.route().target(edgeDevice);
            told.put("endpoint", target.endpoint());
            told.put("priority", target.priority());
            told.put("whenFull", PolicyText.text(target.policy().whenFull()));
            told.put("order", PolicyText.text(target.policy().order()));
        }
        return told.put("condition", trial.condition().text());
    }

    private static void tell(Explanation.Finding value, ArrayNode into) {
        into.addObject()
                .put("text", value.text())
                .put("value", value.value())
                .put("why", value.why())
                .put("line", value.line())
                .put("column", value.column())
                .put("endColumn", value.endColumn());
    }
}

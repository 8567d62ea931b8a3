package kant.cli.route;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kant.cli.host.CliException;
import kant.model.error.RefusedException;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.routing.PolicyText;

/** The routes of a manifest, complete or layered, or of the desired properties of {@code $edgeHub} alone. */
final class ManifestRoutes {
    private static final String ROUTES = "properties.desired.routes";
    private static final int LOWEST_PRIORITY = 9;

    private ManifestRoutes() {}

    static List<Trial> read(ObjectNode document, Path file) throws CliException {
        List<Trial> trials = new ArrayList<>();
        if (document.get("routes") instanceof ObjectNode routes) {
            addAll(routes, trials);
        }
        JsonNode content = document.path("content").isObject() ? document.path("content") : document;
        for (var section : content.path("modulesContent").path("$edgeHub").properties()) {
            if (section.getKey().equals("properties.desired")) {
                addAll(section.getValue().path("routes"), trials);
            } else if (section.getKey().equals(ROUTES)) {
                addAll(section.getValue(), trials);
            } else if (section.getKey().startsWith(ROUTES + ".")) {
                add(section.getKey().substring(ROUTES.length() + 1), section.getValue(), trials);
            }
        }
        if (trials.isEmpty()) {
            throw new CliException("there are no routes in " + file
                    + "; they stand in modulesContent.$edgeHub.\"properties.desired\".routes");
        }
        return trials;
    }

    private static void addAll(JsonNode routes, List<Trial> into) throws CliException {
        for (var route : routes.properties()) {
            add(route.getKey(), route.getValue(), into);
        }
    }

    private static void add(String name, JsonNode value, List<Trial> into) throws CliException {
        if (value.isTextual()) {
            into.add(Trial.route(name, value.textValue()));
        } else if (value.path("route").isTextual()) {
            into.add(Trial.route(
                    name, value.path("route").textValue(), priority(name, value.path("priority")), policy(name, value)));
        } else if (!value.isNull()) {
            throw new CliException("route \"" + name + "\" is neither a text nor an object with a text \"route\"");
        }
    }

    private static Policy policy(String name, JsonNode value) throws CliException {
        try {
            return PolicyText.read(name, value);
        } catch (RefusedException e) {
            throw new CliException(e.refusal().reason(), e);
        }
    }

    private static long priority(String name, JsonNode value) throws CliException {
        if (value.isMissingNode() || value.isNull()) {
            return Target.DEFAULT_PRIORITY;
        }
        if (!value.isIntegralNumber() || value.asLong(-1) < 0 || value.asLong(-1) > LOWEST_PRIORITY) {
            throw new CliException(
                    "priority of route \"" + name + "\" is " + value + ", not a whole number from 0 to 9");
        }
        return value.longValue();
    }
}

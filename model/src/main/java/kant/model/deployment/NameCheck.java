package kant.model.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Names in a deployment that point nowhere: legal, but most likely a mistake. */
final class NameCheck {
    private static final Pattern MODULE_NAME = Pattern.compile("[a-zA-Z0-9_-]+");
    private static final Pattern MODULE_INPUT = Pattern.compile(
            "BrokeredEndpoint\\(\\s*[\"']/modules/(?<module>[^/\"']+)/inputs/", Pattern.CASE_INSENSITIVE);
    private static final Pattern MODULE_SOURCE =
            Pattern.compile("/messages/modules/(?<module>[^/\\s*]+)", Pattern.CASE_INSENSITIVE);

    private NameCheck() {}

    static List<String> warnings(Collection<String> sections, DeploymentManifest manifest, JsonNode hubDesired) {
        List<String> moduleIds = manifest.modules().values().stream()
                .map(DesiredModule::moduleId)
                .toList();
        List<String> warnings = new ArrayList<>();
        for (String id : sections) {
            if (!moduleIds.contains(id)) {
                warnings.add("/modulesContent/" + id + ": the manifest has no such module" + Nearest.hint(id, moduleIds)
                        + "; its twin is written, but nothing runs");
            }
        }
        for (String name : manifest.modules().keySet()) {
            if (!MODULE_NAME.matcher(name).matches()) {
                warnings.add("module \"" + name + "\": tools take only letters, digits, _ and - in a module's name");
            }
        }
        for (var route : hubDesired.path("routes").properties()) {
            String text = route.getValue().isTextual()
                    ? route.getValue().textValue()
                    : route.getValue().path("route").asText();
            missing(route.getKey(), MODULE_SOURCE, text, "comes from", moduleIds, warnings);
            missing(route.getKey(), MODULE_INPUT, text, "goes to", moduleIds, warnings);
        }
        return warnings;
    }

    private static void missing(
            String route, Pattern pattern, String text, String verb, List<String> moduleIds, List<String> warnings) {
        var matcher = pattern.matcher(text);
        if (matcher.find() && !moduleIds.contains(matcher.group("module"))) {
            String module = matcher.group("module");
            warnings.add("route \"" + route + "\" " + verb + " module \"" + module
                    + "\", which the manifest does not have" + Nearest.hint(module, moduleIds));
        }
    }
}

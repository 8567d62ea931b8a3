package kant.cli.hub;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What of an automatic deployment can be chosen, and changed later. */
final class DeploymentOptions {
    @Option(
            names = "--target",
            paramLabel = "CONDITION",
            description = "which edge devices get it, as \"tags.site = 'north'\"; * for all, an empty text for none")
    private @Nullable String target;

    @Option(
            names = "--priority",
            paramLabel = "N",
            description = "the higher wins; a layer's must be higher than its base's")
    private @Nullable Integer priority;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "a note of your own; may be repeated")
    private Map<String, String> labels = new LinkedHashMap<>();

    /** Puts what was given on the command line into a configuration. */
    void putInto(ObjectNode configuration) {
        if (target != null) {
            configuration.put("targetCondition", target);
        }
        if (priority != null) {
            configuration.put("priority", priority);
        }
        if (!labels.isEmpty()) {
            labels.forEach(configuration.withObject("/labels")::put);
        }
    }
}

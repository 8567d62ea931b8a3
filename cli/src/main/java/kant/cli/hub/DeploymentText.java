package kant.cli.hub;

import com.fasterxml.jackson.databind.JsonNode;

/** Automatic deployments for people. */
final class DeploymentText {
    private DeploymentText() {}

    /** A sentence on what it is for, to follow what was done to it. */
    static String summary(JsonNode configuration) {
        String target = configuration.path("targetCondition").asText();
        return kind(configuration) + " of priority "
                + configuration.path("priority").asInt()
                + (target.isEmpty() ? ", for no device: give it a --target" : ", for " + target);
    }

    /** A line of a list. */
    static String line(JsonNode configuration) {
        JsonNode counts = configuration.path("systemMetrics").path("results");
        return "%-24s %-5s %8d  targeted %d, applied %d, successful %d, failed %d  %s"
                .formatted(
                        configuration.path("id").asText(),
                        kind(configuration),
                        configuration.path("priority").asInt(),
                        counts.path("targetedCount").asInt(),
                        counts.path("appliedCount").asInt(),
                        counts.path("reportedSuccessfulCount").asInt(),
                        counts.path("reportedFailedCount").asInt(),
                        configuration.path("targetCondition").asText());
    }

    private static String kind(JsonNode configuration) {
        boolean base = configuration
                .path("content")
                .path("modulesContent")
                .path("$edgeAgent")
                .has("properties.desired");
        return base ? "base" : "layer";
    }
}

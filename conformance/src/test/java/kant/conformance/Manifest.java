package kant.conformance;

/**
 * The text of a deployment manifest, whose parts a suite can spoil one by one.
 *
 * @param agentSchema schema version of {@code $edgeAgent}
 * @param hubSchema schema version of {@code $edgeHub}
 * @param modules members of {@code modules}, as JSON
 * @param routes members of {@code routes}, as JSON
 */
public record Manifest(String agentSchema, String hubSchema, String modules, String routes) {
    /** A module that runs and sends. */
    static final String METRICS = module("metrics", "kant/host-metrics:0.1.0", "{}");

    static final String TO_SINK = route("toSink", "/messages/modules/source/outputs/out", input("sink"));
    static final String UPSTREAM = route("metricsUpstream", "/messages/modules/metrics/outputs/*", "$upstream");

    /** One that is good in every part. */
    static Manifest good() {
        return new Manifest("1.1", "1.1", METRICS, TO_SINK + "," + UPSTREAM);
    }

    static String module(String name, String image, String createOptions) {
        return """
                "%s": {"version": "1.0", "type": "docker", "status": "running", "restartPolicy": "always",
                  "settings": {"image": "%s", "createOptions": "%s"}}""".formatted(name, image, createOptions.replace("\"", "\\\""));
    }

    static String route(String name, String source, String target) {
        return "\"%s\": \"FROM %s INTO %s\"".formatted(name, source, target.replace("\"", "\\\""));
    }

    /** The input {@code in} of a module. */
    static String input(String module) {
        return "BrokeredEndpoint(\"/modules/" + module + "/inputs/in\")";
    }

    Manifest withAgentSchema(String version) {
        return new Manifest(version, hubSchema, modules, routes);
    }

    Manifest withHubSchema(String version) {
        return new Manifest(agentSchema, version, modules, routes);
    }

    Manifest with(String module) {
        return new Manifest(agentSchema, hubSchema, modules + "," + module, routes);
    }

    Manifest withRoute(String route) {
        return new Manifest(agentSchema, hubSchema, modules, routes + "," + route);
    }

    public String text() {
        return """
                {"modulesContent": {
                  "$edgeAgent": {"properties.desired": {"schemaVersion": "%s",
                    "runtime": {"type": "docker", "settings": {}},
                    "systemModules": {
                      "edgeAgent": {"type": "docker", "settings": {"image": "kant/edge-agent:0.1.0", "createOptions": "{}"}},
                      "edgeHub": {"type": "docker", "status": "running", "restartPolicy": "always",
                        "settings": {"image": "kant/edge-hub:0.1.0", "createOptions": "{}"}}},
                    "modules": {%s}}},
                  "$edgeHub": {"properties.desired": {"schemaVersion": "%s",
                    "routes": {%s},
                    "storeAndForwardConfiguration": {"timeToLiveSecs": 7200}}}
                }}
                """.formatted(agentSchema, modules, hubSchema, routes);
    }
}

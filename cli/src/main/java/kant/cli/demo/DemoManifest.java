package kant.cli.demo;

import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.cli.host.CliException;
import kant.cli.host.Json;
import kant.cli.host.Version;

/** The deployment that the demo applies: an ordinary manifest, as one would deploy to Azure IoT Edge. */
final class DemoManifest {
    static final String SENSOR = "simulated-temperature-sensor";
    static final String FILTER = "temperature-filter";
    static final String METRICS = "host-metrics";

    private static final String TEXT = """
            {"modulesContent": {
              "$edgeAgent": {"properties.desired": {
                "schemaVersion": "1.1",
                "runtime": {"type": "docker", "settings": {"minDockerVersion": "v1.25", "loggingOptions": ""}},
                "systemModules": {
                  "edgeAgent": {"type": "docker", "imagePullPolicy": "never",
                    "settings": {"image": "kant/edge-agent:VERSION", "createOptions": "{}"}},
                  "edgeHub": {"type": "docker", "status": "running", "restartPolicy": "always", "startupOrder": 0,
                    "imagePullPolicy": "never", "env": {"UpstreamProtocol": {"value": "Mqtt"}},
                    "settings": {"image": "kant/edge-hub:VERSION", "createOptions": "{}"}}
                },
                "modules": {
                  "simulated-temperature-sensor": {"version": "1.0", "type": "docker", "status": "running",
                    "restartPolicy": "always", "startupOrder": 1, "imagePullPolicy": "never",
                    "settings": {"image": "kant/simulated-temperature-sensor:VERSION", "createOptions": "{}"}},
                  "temperature-filter": {"version": "1.0", "type": "docker", "status": "running",
                    "restartPolicy": "always", "startupOrder": 1, "imagePullPolicy": "never",
                    "settings": {"image": "kant/temperature-filter:VERSION", "createOptions": "{}"}},
                  "host-metrics": {"version": "1.0", "type": "docker", "status": "running",
                    "restartPolicy": "always", "startupOrder": 1, "imagePullPolicy": "never",
                    "settings": {"image": "kant/host-metrics:VERSION", "createOptions": "{}"}}
                }
              }},
              "$edgeHub": {"properties.desired": {
                "schemaVersion": "1.1",
                "routes": {
                  "sensorToFilter": "FROM /messages/modules/simulated-temperature-sensor/outputs/temperatureOutput INTO BrokeredEndpoint(\\"/modules/temperature-filter/inputs/input1\\")",
                  "filterToUpstream": "FROM /messages/modules/temperature-filter/outputs/* INTO $upstream",
                  "metricsToUpstream": "FROM /messages/modules/host-metrics/outputs/metrics WHERE $body.memoryUsedPercent >= 0 INTO $upstream"
                },
                "storeAndForwardConfiguration": {"timeToLiveSecs": 7200}
              }},
              "temperature-filter": {"properties.desired": {"TemperatureThreshold": 21}}
            }}
            """;

    private DemoManifest() {}

    static ObjectNode json() throws CliException {
        return Json.parse(TEXT.replace("VERSION", Version.TEXT), "the demo's manifest");
    }
}

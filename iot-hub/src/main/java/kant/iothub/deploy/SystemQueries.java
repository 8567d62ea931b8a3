package kant.iothub.deploy;

import java.util.LinkedHashMap;
import java.util.Map;

/** The queries that IoT Hub's tools ask to list the devices behind a system metric (agent.md §10.5). */
final class SystemQueries {
    static final String TARGETED = "targetedCount";
    static final String APPLIED = "appliedCount";
    static final String SUCCESSFUL = "reportedSuccessfulCount";
    static final String FAILED = "reportedFailedCount";

    private SystemQueries() {}

    static Map<String, String> of(Configuration configuration) {
        String condition = configuration.settings().targetCondition().strip();
        String applied = "select deviceId from devices.modules where moduleId = '$edgeAgent' and configurations.[["
                + configuration.id() + "]].status = 'Applied'";
        String reported = applied + " and properties.desired.$version = properties.reported.lastDesiredVersion"
                + " and properties.reported.lastDesiredStatus.code ";
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put(APPLIED, applied);
        queries.put(
                TARGETED,
                "select deviceId from devices where capabilities.iotEdge = true"
                        + switch (condition) {
                            case "*" -> "";
                            case "" -> " and false";
                            default -> " and (" + condition + ")";
                        });
        queries.put(SUCCESSFUL, reported + "= 200");
        queries.put(FAILED, reported + "!= 200");
        return queries;
    }
}

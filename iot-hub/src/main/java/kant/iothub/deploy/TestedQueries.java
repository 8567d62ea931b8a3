package kant.iothub.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Objects;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.query.QueryException;
import kant.iothub.query.QueryParser;

/** Says whether a condition and queries would be taken, without taking them: {@code testQueries} (agent.md §10.1). */
public final class TestedQueries {
    private TestedQueries() {}

    public static ObjectNode test(ObjectNode body) throws HubRefusedException {
        ObjectNode answer = Json.object();
        try {
            TargetCondition.parse(Objects.requireNonNullElse(Json.textMember(body, "targetCondition"), ""));
            answer.putNull("targetConditionError");
        } catch (QueryException e) {
            answer.put("targetConditionError", e.reason());
        }
        ObjectNode errors = answer.putObject("customMetricQueryErrors");
        var queries = Json.texts(Json.objectMember(body, "customMetricQueries"), "metrics query");
        for (var query : queries.entrySet()) {
            try {
                QueryParser.query(query.getValue());
            } catch (QueryException e) {
                errors.put(query.getKey(), e.reason());
            }
        }
        return answer;
    }
}

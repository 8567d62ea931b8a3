package kant.iothub.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import kant.iothub.query.QueryException;
import kant.iothub.query.QueryParser;
import org.jspecify.annotations.Nullable;

/**
 * What of a configuration may change.
 *
 * @param labels the user's own; mean nothing to the hub
 * @param priority the higher wins; 0 is the lowest
 * @param targetCondition as it was given; understood
 * @param metrics queries by name; understood
 */
public record ConfigurationSettings(
        @Nullable String schemaVersion,
        @Nullable String contentType,
        Map<String, String> labels,
        int priority,
        String targetCondition,
        Map<String, String> metrics) {
    /** As at IoT Hub (agent.md §10.2). */
    static final int MAX_METRICS = 5;

    private static final int MAX_LABELS_BYTES = 8 * 1024;
    private static final int MAX_TEXT = 128;

    public ConfigurationSettings {
        labels = Collections.unmodifiableMap(new LinkedHashMap<>(labels));
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    }

    static ConfigurationSettings parse(ObjectNode body) throws HubRefusedException {
        ObjectNode labels = Json.objectMember(body, "labels");
        if (labels != null && Json.bytes(labels).length > MAX_LABELS_BYTES) {
            throw invalid("\"labels\" has more than " + MAX_LABELS_BYTES + " bytes; make them fewer or shorter");
        }
        String condition = Objects.requireNonNullElse(Json.textMember(body, "targetCondition"), "");
        try {
            TargetCondition.parse(condition);
        } catch (QueryException e) {
            throw invalid("\"targetCondition\" is not usable: " + e.reason());
        }
        return new ConfigurationSettings(
                shortText(body, "schemaVersion"),
                shortText(body, "contentType"),
                Json.texts(labels, "label"),
                priority(body.get("priority")),
                condition,
                metrics(Json.objectMember(body, "metrics")));
    }

    private static Map<String, String> metrics(@Nullable ObjectNode metrics) throws HubRefusedException {
        ObjectNode queries = metrics == null ? null : Json.objectMember(metrics, "queries");
        Map<String, String> texts = Json.texts(queries, "metrics query");
        if (texts.size() > MAX_METRICS) {
            throw invalid("there are " + texts.size() + " metrics queries, " + MAX_METRICS + " are allowed");
        }
        for (var query : texts.entrySet()) {
            try {
                QueryParser.query(query.getValue());
            } catch (QueryException e) {
                throw invalid("the metrics query \"" + query.getKey() + "\" is not usable: " + e.reason());
            }
        }
        return texts;
    }

    /** Some clients write every number with a fraction. */
    private static int priority(@Nullable JsonNode given) throws HubRefusedException {
        if (given == null || given.isNull()) {
            return 0;
        }
        if (given.isNumber() && given.canConvertToExactIntegral() && given.canConvertToInt() && given.intValue() >= 0) {
            return given.intValue();
        }
        throw invalid("\"priority\" must be a whole number from 0 on, not " + given);
    }

    private static @Nullable String shortText(ObjectNode body, String name) throws HubRefusedException {
        String text = Json.textMember(body, name);
        if (text != null && text.length() > MAX_TEXT) {
            throw invalid("\"" + name + "\" has more than " + MAX_TEXT + " characters");
        }
        return text;
    }

    private static HubRefusedException invalid(String reason) {
        return new HubRefusedException(ErrorCode.ARGUMENT_INVALID, reason);
    }
}

package kant.iothub.deploy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Pattern;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import org.jspecify.annotations.Nullable;

/** A configuration as the body of a REST call (agent.md §10.2). */
public final class ConfigurationJson {
    private static final Pattern ID = Pattern.compile("[a-z0-9\\-:+%_#*?!(),=@;$']{1,128}");

    private ConfigurationJson() {}

    public static ObjectNode json(Configuration configuration, ConfigurationMetrics.Results results) {
        ConfigurationSettings settings = configuration.settings();
        ObjectNode json = Json.object().put("id", configuration.id()).put("schemaVersion", settings.schemaVersion());
        putTexts(json.putObject("labels"), settings.labels());
        json.putObject("content").set("modulesContent", configuration.modulesContent());
        if (settings.contentType() != null) {
            json.put("contentType", settings.contentType());
        }
        json.put("targetCondition", settings.targetCondition())
                .put("createdTimeUtc", Json.time(configuration.created()))
                .put("lastUpdatedTimeUtc", Json.time(configuration.updated()))
                .put("priority", settings.priority());
        ObjectNode system = json.putObject("systemMetrics");
        putNumbers(system.putObject("results"), results.system());
        putTexts(system.putObject("queries"), SystemQueries.of(configuration));
        ObjectNode metrics = json.putObject("metrics");
        putNumbers(metrics.putObject("results"), results.custom());
        putTexts(metrics.putObject("queries"), settings.metrics());
        return json.put("etag", configuration.etag());
    }

    /** Checks the id in a path, and that a body names the same or none. */
    static void checkId(String id, ObjectNode body) throws HubRefusedException {
        if (!ID.matcher(id).matches()) {
            throw invalid(
                    "configuration id \"" + id
                            + "\" is not usable: 1 to 128 of lower-case letters, digits and - : + % _ # * ? ! ( ) , = @ ; $ ' are allowed");
        }
        String inBody = Json.textMember(body, "id");
        if (inBody != null && !inBody.equals(id)) {
            throw invalid(
                    "the path names configuration \"" + id + "\", the body \"" + inBody + "\"; they must be equal");
        }
    }

    /** The {@code modulesContent} of a body; null where it has no content at all. */
    static @Nullable ObjectNode modulesContent(ObjectNode body) throws HubRefusedException {
        ObjectNode content = Json.objectMember(body, "content");
        if (content == null) {
            return null;
        }
        for (String other : new String[] {"deviceContent", "moduleContent"}) {
            ObjectNode given = Json.objectMember(content, other);
            if (given != null && !given.isEmpty()) {
                throw invalid(
                        "content." + other + " is not offered by this stand-in; it has deployments to edge devices,"
                                + " whose content is \"modulesContent\"");
            }
        }
        ObjectNode modules = Json.objectMember(content, "modulesContent");
        return modules == null || modules.isEmpty() ? null : modules;
    }

    private static void putTexts(ObjectNode object, Map<String, String> texts) {
        texts.forEach(object::put);
    }

    private static void putNumbers(ObjectNode object, Map<String, Long> numbers) {
        numbers.forEach(object::put);
    }

    static HubRefusedException invalid(String reason) {
        return new HubRefusedException(ErrorCode.ARGUMENT_INVALID, reason);
    }
}

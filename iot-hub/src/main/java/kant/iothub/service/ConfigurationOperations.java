package kant.iothub.service;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.util.List;
import kant.iothub.deploy.Configuration;
import kant.iothub.deploy.ConfigurationJson;
import kant.iothub.deploy.ConfigurationMetrics;
import kant.iothub.deploy.Configurations;
import kant.iothub.deploy.TestedQueries;
import kant.iothub.error.HubRefusedException;
import kant.protocol.http.HttpAnswer;

/** Configurations: automatic and layered deployments. */
final class ConfigurationOperations {
    private static final String CONFIGURATION = "configuration";

    private final Configurations configurations;
    private final ConfigurationMetrics metrics;

    ConfigurationOperations(Configurations configurations, ConfigurationMetrics metrics) {
        this.configurations = configurations;
        this.metrics = metrics;
    }

    /** There are no pages: there are never more than one has room for. */
    HttpAnswer list(Call call) throws IOException, HubRefusedException {
        String top = call.http().parameter("top").orElse(Integer.toString(Configurations.MOST));
        List<Configuration> listed = configurations.list(Call.number("top", top, 1, Integer.MAX_VALUE));
        List<ConfigurationMetrics.Results> results = metrics.of(listed);
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < listed.size(); i++) {
            json.add(ConfigurationJson.json(listed.get(i), results.get(i)));
        }
        return Answers.ok(json);
    }

    HttpAnswer get(Call call) throws IOException, HubRefusedException {
        Configuration configuration = configurations.get(id(call));
        return answer(configuration, metrics.of(configuration));
    }

    HttpAnswer put(Call call) throws IOException, HubRefusedException {
        return answer(configurations.put(id(call), call.ifMatch(), call.body()), ConfigurationMetrics.Results.NONE);
    }

    HttpAnswer delete(Call call) throws IOException, HubRefusedException {
        configurations.delete(id(call), call.ifMatch());
        return Answers.done();
    }

    HttpAnswer testQueries(Call call) throws HubRefusedException {
        return Answers.ok(TestedQueries.test(call.body()));
    }

    private static String id(Call call) {
        return call.names().getOrDefault(CONFIGURATION, "");
    }

    private static HttpAnswer answer(Configuration configuration, ConfigurationMetrics.Results results) {
        return Answers.ok(ConfigurationJson.json(configuration, results), configuration.etag());
    }
}

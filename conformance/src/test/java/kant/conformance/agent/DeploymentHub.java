package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.microsoft.azure.sdk.iot.service.configurations.Configuration;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationContent;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationsClient;
import com.microsoft.azure.sdk.iot.service.query.QueryClient;
import com.microsoft.azure.sdk.iot.service.query.QueryPageOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import kant.conformance.Loop;
import kant.conformance.harness.HubService;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.StandIn;

/**
 * A stand-in of a suite's own, for an automatic deployment concerns all devices of a hub; with the official Java service SDK,
 * whose trust is the whole process's meanwhile.
 */
final class DeploymentHub implements AutoCloseable {
    static final String NAME = "layers-hub.kant.test";
    static final String ADDRESS = "127.10.7.9";
    static final Duration SOON = Duration.ofSeconds(15);

    private static final ObjectMapper JSON = new ObjectMapper();

    final StandIn standIn;
    final HubService service;
    final ConfigurationsClient client;
    private final SSLSocketFactory usual = HttpsURLConnection.getDefaultSSLSocketFactory();

    private DeploymentHub(StandIn standIn) throws Exception {
        this.standIn = standIn;
        SSLContext trust = Loop.tls(standIn.caPem());
        service = new HubService(standIn, trust);
        HttpsURLConnection.setDefaultSSLSocketFactory(trust.getSocketFactory()); // all that the SDK lets one choose
        client = new ConfigurationsClient(standIn.serviceConnectionString());
    }

    static DeploymentHub start(Path folder) throws Exception {
        return new DeploymentHub(StandIn.start(folder, NAME, ADDRESS));
    }

    @Override
    public void close() throws Exception {
        HttpsURLConnection.setDefaultSSLSocketFactory(usual);
        standIn.close();
    }

    /** Deletes all configurations and devices. */
    void clear() throws Exception {
        for (Configuration configuration : client.get(100)) {
            client.delete(configuration.getId());
        }
        for (JsonNode device : service.call("GET", "/devices", null).json()) {
            service.call("DELETE", "/devices/" + device.path("deviceId").asText(), null, "*")
                    .require(204);
        }
    }

    /** How many rows a query has, by pages of one. */
    long rows(String query) throws Exception {
        var found = new QueryClient(standIn.serviceConnectionString())
                .queryRaw(query, QueryPageOptions.builder().pageSize(1).build());
        long rows = 0;
        while (found.hasNext()) {
            found.next();
            rows++;
        }
        return rows;
    }

    KantCommand.Ended kant(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("hub", "deployment"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", standIn.directory().resolve("hub").toString()));
        KantCommand.Ended ended = KantCommand.run(standIn.directory(), SOON, command.toArray(String[]::new));
        assertThat(ended.code()).as("%s: %s", command, ended.output()).isZero();
        return ended;
    }

    /** The reference's sample with its device, deployed; its configurations come in the wrong order on purpose. */
    JsonNode sample() throws Exception {
        JsonNode sample = JSON.readTree(Files.readString(
                KantCommand.repository().resolve("model/src/test/resources/manifests/06-layered.json")));
        service.edgeDevice("line-7");
        service.patchTags("line-7", sample.at("/device/tags").toString());
        for (int i = 3; i >= 0; i--) {
            JsonNode given = sample.path("configurations").get(i);
            create(
                    given.path("id").asText(),
                    given.path("priority").asInt(),
                    given.path("targetCondition").asText(),
                    given.path("content").toString());
        }
        return sample;
    }

    void create(String id, int priority, String target, String content) throws Exception {
        client.create(configuration(id, priority, target, content));
    }

    Configuration configuration(String id, int priority, String target, String content) throws Exception {
        var modules = new ConfigurationContent();
        modules.setModulesContent(JSON.convertValue(
                JSON.readTree(content).path("modulesContent"),
                new TypeReference<Map<String, Map<String, Object>>>() {}));
        var configuration = new Configuration(id);
        configuration.setPriority(priority);
        configuration.setTargetCondition(target);
        configuration.setContent(modules);
        return configuration;
    }

    /** What an agent of this version and with this verdict reports. */
    void report(String device, int version, int code) throws Exception {
        try (var socket =
                MqttSocket.open(ADDRESS, Loop.tls(standIn.caPem()), service.systemModule(device, "$edgeAgent"))) {
            socket.send("$iothub/twin/PATCH/properties/reported/?$rid=1", """
                    {"lastDesiredVersion":%d,"lastDesiredStatus":{"code":%d}}""".formatted(version, code));
        }
        Reports.await(
                device + " to have reported",
                SOON,
                () -> service.twin(device + "/$edgeAgent").at("/properties/reported"),
                reported -> reported.path("lastDesiredVersion").asInt() == version);
    }

    void awaitStates(String device, JsonNode expected) throws Exception {
        awaitStates(device, expected::equals);
    }

    void awaitStates(String device, Predicate<JsonNode> expected) throws Exception {
        Reports.await(
                "the configurations of " + device,
                SOON,
                () -> service.twin(device + "/$edgeAgent").path("configurations"),
                expected);
    }

    void awaitDesired(String module, String expected) throws Exception {
        Reports.await(
                "the desired properties of " + module, SOON, () -> desired(module), JSON.readTree(expected)::equals);
    }

    JsonNode desired(String module) throws Exception {
        ObjectNode desired = (ObjectNode) service.twin(module).at("/properties/desired");
        return desired.without(List.of("$metadata", "$version"));
    }

    /** Of the desired properties of each of a device's modules. */
    Map<String, Integer> versions(String device) throws Exception {
        Map<String, Integer> versions = new HashMap<>();
        for (JsonNode module :
                service.call("GET", "/devices/" + device + "/modules", null).json()) {
            String id = module.path("moduleId").asText();
            versions.put(
                    id,
                    service.twin(device + "/" + id)
                            .at("/properties/desired/$version")
                            .asInt());
        }
        return versions;
    }
}

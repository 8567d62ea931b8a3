package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Deployments that are wrong: each is refused or reported with what and where, and what ran before goes on, on a device with
 * its agent and modules. Wrong packets are in {@link BadPacketTest}, a client that never reads in {@link UnreadTest}, a full
 * disk in {@link FullDiskTest}.
 */
class BadInputTest {
    private static final EdgeDevice.Place PLACE = new EdgeDevice.Place("misled", "127.10.0.3", "127.10.0.3");

    private static Deployed device;

    private String metricsStarted;

    @BeforeAll
    static void start() throws Exception {
        device = Deployed.start(PLACE, Manifest.good(), "--engine", "process");
    }

    @AfterAll
    static void stop() throws Exception {
        device.close();
    }

    @BeforeEach
    void a_good_deployment_is_in_force() throws Exception {
        device.deploy(Manifest.good());
        device.awaitOutcome("$edgeAgent", 200);
        device.awaitOutcome("$edgeHub", 200);
        metricsStarted = Waits.value("module metrics to run", Deployed.IN_FORCE, () -> {
            JsonNode metrics = device.reported("metrics");
            return metrics.path("runtimeStatus").asText().equals("running")
                    ? metrics.path("lastStartTimeUtc").asText()
                    : null;
        });
    }

    @Test
    void a_manifest_that_is_not_json_is_refused_with_file_line_and_column() throws Exception {
        KantCommand.Ended ended = device.standIn.tryToDeploy(device.id, "{\n  \"modulesContent\": {,}\n}");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).contains("questionable.json:2:", "is not JSON");
        assertGoesOn("not json");
    }

    @Test
    void json_that_is_no_manifest_is_refused_with_what_is_missing() throws Exception {
        KantCommand.Ended list = device.standIn.tryToDeploy(device.id, "[1, 2]");
        KantCommand.Ended empty = device.standIn.tryToDeploy(device.id, "{}");

        assertThat(list.code()).isEqualTo(1);
        assertThat(list.output()).contains("questionable.json", "is not a JSON object");
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.output()).contains("modulesContent");
        assertGoesOn("no manifest");
    }

    @Test
    void a_body_that_is_not_json_is_refused_by_the_service_api() throws Exception {
        HttpResponse<String> answer = apply("{\"modulesContent\": {\"$edgeAgent\": ");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).containsIgnoringCase("json");
        assertGoesOn("broken body");
    }

    @Test
    void create_options_that_are_not_json_are_reported_with_their_place() throws Exception {
        device.deploy(Manifest.good().with(Manifest.module("broken", "kant/host-metrics:0.1.0", "{not json")));

        assertThat(device.awaitOutcome("$edgeAgent", 400)).contains("broken", "createOptions");
        assertThat(device.edge.log("edgeAgent")).contains("createOptions");
        assertGoesOn("broken options");
    }

    @Test
    void an_unknown_schema_version_for_the_agent_is_reported_and_the_modules_go_on() throws Exception {
        device.deploy(Manifest.good().withAgentSchema("2.0"));

        assertThat(device.awaitOutcome("$edgeAgent", 412)).contains("2.0");
        assertThat(device.edge.log("edgeAgent")).contains("2.0");
        assertGoesOn("agent schema");
    }

    @Test
    void an_unknown_schema_version_for_the_hub_is_reported_and_the_routes_stay() throws Exception {
        device.deploy(Manifest.good().withHubSchema("7.5"));

        assertThat(device.awaitOutcome("$edgeHub", 400)).contains("7.5");
        assertThat(device.edge.log("edgeHub")).contains("7.5");
        assertGoesOn("hub schema");
    }

    @Test
    void an_unknown_route_target_is_reported_with_the_route_and_the_others_stay() throws Exception {
        device.deploy(Manifest.good().withRoute(Manifest.route("astray", "/messages/*", "$elsewhere")));

        assertThat(device.awaitOutcome("$edgeHub", 400)).contains("astray", "$elsewhere");
        assertThat(device.edge.log("edgeHub")).contains("astray");
        assertGoesOn("route target");
    }

    @Test
    void an_image_that_does_not_exist_is_reported_with_the_reason_and_the_others_run() throws Exception {
        device.deploy(Manifest.good().with(Manifest.module("ghost", "kant/no-such-image:9.9", "{}")));

        JsonNode ghost = Waits.value("the missing image to be reported", Deployed.IN_FORCE, () -> {
            JsonNode module = device.reported("ghost");
            return module.path("statusDescription").asText().contains("kant/no-such-image:9.9") ? module : null;
        });
        assertThat(ghost.path("runtimeStatus").asText()).isIn("failed", "backoff");
        assertThat(device.edge.log("edgeAgent")).contains("ghost").contains("kant/no-such-image:9.9");
        assertGoesOn("missing image");
    }

    /** Every process lives, the module runs as before, and a message goes its way. */
    private void assertGoesOn(String text) throws Exception {
        assertThat(device.standIn.alive()).as("the stand-in lives").isTrue();
        assertThat(device.edge.program().alive()).as("the device lives").isTrue();
        device.assertServes(text);
        JsonNode metrics = device.reported("metrics");
        assertThat(metrics.path("runtimeStatus").asText()).isEqualTo("running");
        assertThat(metrics.path("lastStartTimeUtc").asText()).isEqualTo(metricsStarted);
    }

    /** The service API without {@code kant}, which would look at the text first. */
    private static HttpResponse<String> apply(String body) throws Exception {
        StandIn standIn = device.standIn;
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(Loop.tls(standIn.caPem())).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("https://" + StandIn.ADDRESS + ":"
                            + standIn.httpsPort() + "/devices/" + device.id
                            + "/applyConfigurationContent?api-version=2021-04-12"))
                    .timeout(Deployed.IN_FORCE)
                    .header(
                            "Authorization",
                            SasIdentity.of(standIn.serviceConnectionString()).token())
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }
}

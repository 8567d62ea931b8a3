package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import kant.conformance.harness.StandIn;

/**
 * A device of its own below the suites' stand-in: deployments go to it, and two modules outside of its deployment, {@code
 * source} and {@code sink}, show whether its hub serves.
 */
final class Deployed implements AutoCloseable {
    static final Duration IN_FORCE = Duration.ofSeconds(60);

    final StandIn standIn;
    final String id;
    final SasIdentity source;
    final SasIdentity sink;
    final EdgeDevice edge;
    final SSLContext trust;

    private Deployed(StandIn standIn, String id, SasIdentity source, SasIdentity sink, EdgeDevice edge)
            throws Exception {
        this.standIn = standIn;
        this.id = id;
        this.source = source;
        this.sink = sink;
        this.edge = edge;
        this.trust = Loop.tls(edge.caPem());
    }

    /** Registers the device, deploys, starts it, and waits until the deployment is in force. */
    static Deployed start(EdgeDevice.Place place, Manifest manifest, String... more) throws Exception {
        StandIn standIn = Loop.running().standIn;
        String id = place.folder();
        String connectionString = standIn.createEdgeDevice(id);
        SasIdentity source = SasIdentity.of(standIn.createModule(id, "source"));
        SasIdentity sink = SasIdentity.of(standIn.createModule(id, "sink"));
        standIn.deploy(id, manifest.text());
        EdgeDevice edge = EdgeDevice.start(standIn, place, connectionString, more);
        try {
            var deployed = new Deployed(standIn, id, source, sink, edge);
            deployed.awaitOutcome("$edgeHub", 200);
            return deployed;
        } catch (Exception | AssertionError e) {
            edge.close();
            throw e;
        }
    }

    void deploy(Manifest manifest) throws Exception {
        standIn.deploy(id, manifest.text());
    }

    /** A module's twin at the stand-in. */
    JsonNode twin(String module) throws Exception {
        return standIn.twin(id + "/" + module);
    }

    /** Waits until a system module reports that it took its newest desired properties; what it says about them. */
    String awaitOutcome(String module, int code) throws Exception {
        return Waits.value(
                module + " of " + id + " to report " + code + " for its desired properties", IN_FORCE, () -> {
                    JsonNode properties = twin(module).path("properties");
                    JsonNode status = properties.path("reported").path("lastDesiredStatus");
                    boolean newest = properties
                                    .path("reported")
                                    .path("lastDesiredVersion")
                                    .asLong()
                            == properties.path("desired").path("$version").asLong();
                    // the agent leaves the version of a manifest that it refuses (agent.md §3.1)
                    boolean told = newest || module.equals("$edgeAgent") && code != 200;
                    return told && status.path("code").asInt() == code
                            ? status.path("description").asText()
                            : null;
                });
    }

    /** What the agent reports about a module. */
    JsonNode reported(String module) throws Exception {
        return twin("$edgeAgent")
                .path("properties")
                .path("reported")
                .path("modules")
                .path(module);
    }

    /** Asserts that a message still goes from source to sink. */
    void assertServes(String text) throws Exception {
        try (var to = MqttSocket.open(edge.address(), trust, sink);
                var from = MqttSocket.open(edge.address(), trust, source)) {
            to.subscribe(sink.topics() + "inputs/#");
            from.send(source.topics() + "messages/events/%24.on=out", text);
            assertThat(to.receive().text()).isEqualTo(text);
        }
    }

    @Override
    public void close() throws Exception {
        edge.close();
    }
}

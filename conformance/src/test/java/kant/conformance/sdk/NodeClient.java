package kant.conformance.sdk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kant.conformance.Hub;
import kant.conformance.harness.KantCommand;
import kant.conformance.harness.SasIdentity;

/** A device or module of the Node SDK in a process of its own, {@code node/client.js}. */
final class NodeClient implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final KantCommand node;
    private final List<String> early = new ArrayList<>();

    private NodeClient(KantCommand node) {
        this.node = node;
    }

    /** Opens a client; transports are {@code Mqtt}, {@code MqttWs}, {@code Amqp}, {@code AmqpWs} and {@code Http}. */
    static NodeClient open(Hub hub, String transport, SasIdentity identity) throws Exception {
        var client = new NodeClient(KantCommand.program(
                KantCommand.repository().resolve("conformance/node"),
                Map.of(
                        "KANT_HOSTS",
                        Hub.STAND_IN.hostName() + "=" + Hub.STAND_IN.address() + "," + Hub.EDGE_HUB.hostName() + "="
                                + Hub.EDGE_HUB.address(),
                        "NODE_EXTRA_CA_CERTS",
                        hub.caFile()),
                List.of(
                        "node",
                        "--require",
                        "./hosts.js",
                        "client.js",
                        identity.module() == null ? "device" : "module",
                        transport,
                        hub.connectionString(identity),
                        hub.caFile())));
        client.await("open");
        return client;
    }

    /** Does something and waits until it is done. */
    void tell(String verb, Map<String, ?> arguments) throws Exception {
        ask(verb, arguments);
        awaitLine("\"event\":\"done\",\"verb\":\"" + verb + "\"");
    }

    /** Has something done. */
    void ask(String verb, Map<String, ?> arguments) throws Exception {
        node.writeLine(JSON.createObjectNode()
                .put("verb", verb)
                .setAll((com.fasterxml.jackson.databind.node.ObjectNode) JSON.valueToTree(arguments))
                .toString());
    }

    /** The next event of this kind; others that come before are kept for whoever asks for them. */
    JsonNode await(String event) throws Exception {
        return awaitLine("\"event\":\"" + event + "\"");
    }

    private JsonNode awaitLine(String part) throws Exception {
        for (var lines = early.iterator(); lines.hasNext(); ) {
            String line = lines.next();
            if (line.contains(part)) {
                lines.remove();
                return JSON.readTree(line);
            }
        }
        String line = next(part);
        while (!line.contains(part)) {
            early.add(line);
            line = next(part);
        }
        return JSON.readTree(line);
    }

    private String next(String part) throws Exception {
        try {
            return node.awaitLine("", LIMIT);
        } catch (AssertionError e) {
            throw new AssertionError("waited for " + part + ": " + e.getMessage(), e);
        }
    }

    /** Closes the client and waits for its end, which must be a good one. */
    void end() throws Exception {
        node.endInput();
        KantCommand.Ended ended = node.await(LIMIT);
        if (ended.code() != 0) {
            throw new AssertionError("the client did not close well: " + ended.output());
        }
    }

    @Override
    public void close() throws Exception {
        node.close();
    }
}

package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SasIdentity;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client that subscribes and never reads: its messages wait on disk, not in memory, and nobody else waits for it. */
class UnreadTest {
    private static final EdgeDevice.Place PLACE = new EdgeDevice.Place("unread", "127.10.0.4", "127.10.0.4");
    private static final int MESSAGES = 300;
    private static final int MESSAGE_BYTES = 200_000;

    /** Half of what is sent: a hub that keeps unread messages in memory can't stay below. */
    private static final long MEMORY_BYTES = (long) MESSAGES * MESSAGE_BYTES / 2;

    /** The hub takes a message back that is not acknowledged within half a minute. */
    private static final Duration GIVEN_UP = Duration.ofSeconds(60);

    private Deployed device;
    private SasIdentity deaf;

    @BeforeEach
    void start() throws Exception {
        String toDeaf = Manifest.route("toDeaf", "/messages/modules/source/outputs/unread", Manifest.input("deaf"));
        device = Deployed.start(PLACE, Manifest.good().withRoute(toDeaf), "--hub-only");
        deaf = SasIdentity.of(device.standIn.createModule(device.id, "deaf"));
    }

    @AfterEach
    void stop() throws Exception {
        device.close();
    }

    @Test
    void a_client_that_never_reads_costs_bounded_memory_and_delays_nobody() throws Exception {
        try (var sink = open(device.sink);
                var source = open(device.source);
                var silent = Waits.value("module deaf to be let in", Deployed.IN_FORCE, () -> openOrNull(deaf))) {
            sink.subscribe(device.sink.topics() + "inputs/#");
            sendAndReceive(source, sink);
            long before = device.edge.hubResidentBytes();

            silent.subscribe(deaf.topics() + "inputs/#");
            for (int i = 0; i < MESSAGES; i++) {
                source.send(device.source.topics() + "messages/events/%24.on=unread", message(i));
            }
            sendAndReceive(source, sink);

            assertThat(device.edge.hubResidentBytes() - before)
                    .as("bytes that %d unread bytes cost in memory", (long) MESSAGES * MESSAGE_BYTES)
                    .isLessThan(MEMORY_BYTES);
            assertThat(device.edge.metrics().lines())
                    .as("every unread message is accounted for")
                    .anyMatch(line -> line.startsWith("kant_endpoint_messages")
                            && line.contains(device.id + "/deaf/in")
                            && line.contains("\"pending\"")
                            && line.endsWith(" " + MESSAGES));
            Waits.until(
                    "the hub's log to say who takes nothing, and why",
                    GIVEN_UP,
                    () -> device.edge
                            .log("edgeHub")
                            .lines()
                            .anyMatch(line ->
                                    line.contains(device.id + "/deaf") && line.contains("did not acknowledge")));
        }
        device.assertServes("after all that");
    }

    private void sendAndReceive(MqttSocket source, MqttSocket sink) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            byte[] message = message(i);
            source.send(device.source.topics() + "messages/events/%24.on=out", message);
            assertThat(sink.receive().payload()).isEqualTo(message);
        }
    }

    private MqttSocket open(SasIdentity identity) throws Exception {
        return MqttSocket.open(device.edge.address(), device.trust, identity);
    }

    /** A module that is new to the hub is let in once the hub has asked its parent about it. */
    private MqttSocket openOrNull(SasIdentity identity) throws Exception {
        try {
            return open(identity);
        } catch (java.io.IOException _) {
            return null;
        }
    }

    private static byte[] message(int number) {
        byte[] text = Integer.toString(number).getBytes(StandardCharsets.US_ASCII);
        return Arrays.copyOf(text, MESSAGE_BYTES);
    }
}

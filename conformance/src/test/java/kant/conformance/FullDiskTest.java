package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kant.conformance.harness.EdgeDevice;
import kant.conformance.harness.MqttSocket;
import kant.conformance.harness.SmallDisk;
import org.junit.jupiter.api.Test;

/** A disk that fills up under the hub's storage folder: senders are refused, the hub lives and says why, and goes on when there is space. */
class FullDiskTest {
    private static final EdgeDevice.Place PLACE = new EdgeDevice.Place("full", "127.10.0.5", "127.10.0.5");
    private static final long DISK_MEGABYTES = 64;
    private static final long ALMOST_NOTHING = 2L << 20;
    private static final int MESSAGE_BYTES = 200_000;

    /** More than the disk holds: one of them must be refused. */
    private static final int MOST_MESSAGES = (int) (DISK_MEGABYTES * (1 << 20) / MESSAGE_BYTES) + 1;

    private static final Duration RECOVERED = Duration.ofSeconds(60);

    private Deployed device;
    private final List<String> acknowledged = new ArrayList<>();
    private int numbers;

    @Test
    void a_full_disk_refuses_senders_and_space_lets_them_in_again_with_nothing_lost() throws Exception {
        Path storage = PLACE.data(Loop.running().standIn).resolve("modules/edgeHub");
        try (SmallDisk disk = SmallDisk.mount(storage, DISK_MEGABYTES);
                Deployed deployed = Deployed.start(PLACE, Manifest.good(), "--hub-only")) {
            device = deployed;
            long hub = device.edge.hub().pid();
            assertThat(disk.usable())
                    .as("the hub keeps its data on the small disk")
                    .isLessThan(DISK_MEGABYTES << 20);
            sendUntilRefused(disk);

            assertThat(device.edge.log("edgeHub"))
                    .as("the log says what is full and whose message was refused")
                    .contains("the store is full", device.source.clientId());

            disk.leave(0);
            assertRefused();
            assertServesWhatNeedsNoDisk();

            disk.free();
            Waits.until("the hub to take messages again", RECOVERED, this::takesOne);
            assertThat(device.edge.hub().pid())
                    .as("the hub is still the same process")
                    .isEqualTo(hub);
            assertEveryAcknowledgedMessageArrives();
        }
    }

    private void sendUntilRefused(SmallDisk disk) throws Exception {
        assertThat(takesOne()).as("the first message is taken").isTrue();
        disk.leave(ALMOST_NOTHING);
        for (int i = 0; i < MOST_MESSAGES; i++) {
            if (!takesOne()) {
                return;
            }
        }
        throw new AssertionError("a disk of " + DISK_MEGABYTES + " MB took " + acknowledged.size() + " messages of "
                + MESSAGE_BYTES + " bytes");
    }

    private void assertRefused() throws Exception {
        assertThat(takesOne()).as("a message is taken on a full disk").isFalse();
    }

    /** A client connects and is answered. */
    private void assertServesWhatNeedsNoDisk() throws Exception {
        assertThat(device.edge.program().alive()).as("the device lives").isTrue();
        try (var client = MqttSocket.open(device.edge.address(), device.trust, device.source)) {
            client.subscribe("$iothub/twin/res/#");
        }
        assertThat(device.edge.metrics()).contains("kant_store_bytes");
    }

    /** Whether the hub acknowledges one more message; MQTT 3.1.1 knows no refusal but the end of the connection. */
    private boolean takesOne() throws Exception {
        String name = "message-" + numbers++;
        try (var client = MqttSocket.open(device.edge.address(), device.trust, device.source)) {
            byte[] payload = Arrays.copyOf(name.getBytes(StandardCharsets.US_ASCII), MESSAGE_BYTES);
            client.send(device.source.topics() + "messages/events/%24.on=out", payload);
            acknowledged.add(name);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void assertEveryAcknowledgedMessageArrives() throws Exception {
        List<String> missing = new ArrayList<>(acknowledged);
        try (var sink = MqttSocket.open(device.edge.address(), device.trust, device.sink)) {
            sink.subscribe(device.sink.topics() + "inputs/#");
            while (!missing.isEmpty()) {
                String text = sink.receive().text();
                missing.remove(text.substring(0, text.indexOf('\0')));
            }
        }
        assertThat(missing).isEmpty();
    }
}

package kant.iothub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kant.iothub.fixture.HubProcess;
import kant.iothub.fixture.MqttPeer;
import kant.iothub.fixture.RunningHub;
import kant.model.identity.IdentityId;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed under load; what it acknowledged must be there afterwards. */
class CrashTest {
    private static final IdentityId DEVICE = IdentityId.device("d");
    private static final int ACKNOWLEDGED_BEFORE_THE_KILL = 200;

    @TempDir
    private Path directory;

    private final Collection<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicLong reported = new AtomicLong();
    private final CountDownLatch enough = new CountDownLatch(ACKNOWLEDGED_BEFORE_THE_KILL);

    @Test
    void nothing_acknowledged_is_lost_by_kill_9() throws Exception {
        String key;
        try (var process = HubProcess.start(directory, "--https-port", "0", "--mqtt-port", "0", "--amqp-port", "0")) {
            var hub = RunningHub.attach(process.awaitReady());
            key = hub.create("/devices/d", "{}");
            var device = MqttPeer.connect(hub, DEVICE, key);
            device.subscribe("$iothub/twin/res/#");
            Thread load = Thread.ofVirtual().start(() -> load(device));
            assertThat(enough.await(60, TimeUnit.SECONDS))
                    .as("messages acknowledged in time")
                    .isTrue();

            process.kill();

            assertThat(load.join(Duration.ofSeconds(30))).isTrue();
        }

        try (var hub = new RunningHub(directory)) {
            assertThat(ids(hub)).containsAll(acknowledged);
            assertThat(hub.call("GET", "/twins/d", null)
                            .json()
                            .at("/properties/reported/n")
                            .asLong())
                    .isGreaterThanOrEqualTo(reported.get());
            try (var device = MqttPeer.connect(hub, DEVICE, key)) {
                device.publish("devices/d/messages/events/", "and on it goes");
            }
        }
    }

    /** Sends messages and reports until the hub is gone. */
    private void load(MqttPeer device) {
        try (device) {
            for (int n = 1; ; n++) {
                device.publish("devices/d/messages/events/%24.mid=" + n, "x");
                acknowledged.add(Integer.toString(n));
                if (n % 20 == 0) {
                    device.publish("$iothub/twin/PATCH/properties/reported/?$rid=" + n, "{'n':" + n + "}");
                    assertThat(device.next().topic()).startsWith("$iothub/twin/res/204/");
                    reported.set(n);
                }
                enough.countDown();
            }
        } catch (MqttException | InterruptedException | AssertionError _) {
            // the hub was killed, as it had to be
        }
    }

    private static Set<String> ids(RunningHub hub) throws Exception {
        Set<String> ids = new HashSet<>();
        long after = -1;
        while (true) {
            var page = hub.call("GET", "/kant/telemetry?max=100&after=" + after, null)
                    .json();
            page.path("events")
                    .forEach(event ->
                            ids.add(event.at("/systemProperties/messageId").asText()));
            if (page.path("events").isEmpty()) {
                return ids;
            }
            after = page.path("next").asLong();
        }
    }
}

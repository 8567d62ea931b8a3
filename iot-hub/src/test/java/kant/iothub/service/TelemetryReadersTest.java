package kant.iothub.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kant.iothub.fixture.MqttPeer;
import kant.iothub.fixture.RunningHub;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryReadersTest {
    private static final String READ = "/kant/telemetry?after=-1";
    private static final int MOST_READERS = 64;
    private static final int ATTEMPTS = 2000;

    @TempDir
    private Path directory;

    @Test
    void readers_are_bounded_and_one_that_goes_away_gives_its_place_back_and_harms_nobody() throws Exception {
        try (var hub = new RunningHub(directory)) {
            String key = hub.create("/devices/d", "{}");
            List<CompletableFuture<HttpResponse<String>>> readers = new ArrayList<>();
            for (int i = 0; i < MOST_READERS; i++) {
                readers.add(hub.begin(READ + "&waitSeconds=60"));
            }
            awaitStatus(hub, 429);

            readers.forEach(reader -> reader.cancel(true));

            awaitStatus(hub, 200);
            try (var device = MqttPeer.connect(hub, IdentityId.device("d"), key)) {
                device.publish("devices/d/messages/events/", "x");
            }
            assertThat(hub.call("GET", READ, null).json().path("events")).hasSize(1);
        }
    }

    private static void awaitStatus(RunningHub hub, int status) throws Exception {
        for (int i = 0; i < ATTEMPTS; i++) {
            if (hub.call("GET", READ, null).status() == status) {
                return;
            }
        }
        throw new AssertionError("never answered " + status + " in " + ATTEMPTS + " attempts");
    }
}

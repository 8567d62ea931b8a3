package kant.iothub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import kant.iothub.fixture.HubProcess;
import kant.iothub.fixture.RunningHub;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program is killed while it rolls a deployment out; the next one goes on. */
class RolloutCrashTest {
    private static final int DEVICES = 150;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void a_rollout_that_was_cut_short_reaches_every_device() throws Exception {
        try (var process = HubProcess.start(directory, "--https-port", "0", "--mqtt-port", "0", "--amqp-port", "0")) {
            var hub = RunningHub.attach(process.awaitReady());
            for (int i = 0; i < DEVICES; i++) {
                hub.create("/devices/d" + i, "{'capabilities':{'iotEdge':true}}");
            }

            hub.call("PUT", "/configurations/base", """
                    {'priority':1,'targetCondition':'*','content':{'modulesContent':
                    {'$edgeAgent':{'properties.desired':{'modules':{'a':{}}}},'a':{'properties.desired':{'n':1}}}}}""");
            process.kill();
        }

        try (var hub = new RunningHub(directory)) {
            Instant end = Instant.now().plus(LIMIT);
            long applied = 0;
            while (applied < DEVICES && Instant.now().isBefore(end)) {
                applied = hub.call("GET", "/configurations/base", null)
                        .json()
                        .at("/systemMetrics/results/appliedCount")
                        .asLong();
            }
            assertThat(applied).isEqualTo(DEVICES);
            assertThat(hub.call("GET", "/twins/d149/modules/a", null)
                            .json()
                            .at("/properties/desired/n")
                            .asInt())
                    .isEqualTo(1);
        }
    }
}

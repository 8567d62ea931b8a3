package kant.modules.hostmetrics;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import kant.modules.edge.EdgeModule;

/** Sends what the machine says of itself every {@code MessageDelayMillis} (1000) to the output {@code metrics}. */
public final class Main {
    private static final String DEFAULT_DELAY_MILLIS = "1000";

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        var delay = Duration.ofMillis(
                Long.parseLong(System.getenv().getOrDefault("MessageDelayMillis", DEFAULT_DELAY_MILLIS)));
        var host = new Host(Path.of("/proc"), Path.of("/sys"), Path.of("/"));
        try (var module = EdgeModule.open((_, _) -> {})) {
            long next = System.nanoTime();
            while (true) {
                if (!module.paused()) {
                    module.send("metrics", host.read(Instant.now()), Map.of());
                }
                next += delay.toNanos();
                Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            }
        }
    }
}

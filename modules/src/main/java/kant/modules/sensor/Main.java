package kant.modules.sensor;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import kant.modules.edge.EdgeModule;

/** Sends a reading every {@code MessageDelayMillis} (1000) to the output {@code temperatureOutput}. */
public final class Main {
    private static final String DEFAULT_DELAY_MILLIS = "1000";

    private Main() {}

    public static void main(String[] arguments) throws InterruptedException {
        var delay = Duration.ofMillis(
                Long.parseLong(System.getenv().getOrDefault("MessageDelayMillis", DEFAULT_DELAY_MILLIS)));
        var machine = new Machine(new Random());
        try (var module = EdgeModule.open((_, _) -> {})) {
            long next = System.nanoTime();
            while (true) {
                if (!module.paused()) {
                    module.send("temperatureOutput", machine.reading(Instant.now()), Map.of());
                }
                next += delay.toNanos();
                Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
            }
        }
    }

    /** A machine whose temperature climbs from 21 to 100 °C and whose pressure follows it. */
    static final class Machine {
        private static final double COLD = 21;
        private static final double HOT = 100;
        private final Random random;
        private double temperature = COLD;

        Machine(Random random) {
            this.random = random;
        }

        String reading(Instant now) {
            temperature = Math.clamp(temperature + random.nextDouble(-0.25, 1.0), COLD, HOT);
            double pressure = 1 + (temperature - COLD) / (HOT - COLD) * 9;
            return String.format(
                    Locale.ROOT,
                    """
                    {"machine":{"temperature":%.4f,"pressure":%.4f},"ambient":{"temperature":%.2f,"humidity":%d},"timeCreated":"%s"}""",
                    temperature,
                    pressure,
                    21 + random.nextDouble(-0.5, 0.5),
                    24 + random.nextInt(3),
                    now);
        }
    }
}

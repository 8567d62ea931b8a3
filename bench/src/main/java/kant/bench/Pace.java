package kant.bench;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How long servers are loaded, and how often. */
final class Pace {
    @Option(names = "--quick", description = "one short round: shows that it works, says little")
    private boolean quick;

    @Option(names = "--seconds", description = "measured of each case (5; quick 2)")
    private @Nullable Integer seconds;

    @Option(names = "--warm-up", description = "seconds before each (1)")
    private @Nullable Integer warmUp;

    @Option(
            names = "--heat",
            description =
                    "seconds of load on each server before all rounds: a virtual machine compiles while it runs (15; quick 5)")
    private @Nullable Integer heat;

    @Option(names = "--rounds", description = "of all cases, servers in turn (3; quick 1)")
    private @Nullable Integer rounds;

    Duration measured() {
        return Duration.ofSeconds(or(seconds, 5, 2));
    }

    Duration warmUp() {
        return Duration.ofSeconds(or(warmUp, 1, 1));
    }

    Duration heat() {
        return Duration.ofSeconds(or(heat, 15, 5));
    }

    int rounds() {
        return or(rounds, 3, 1);
    }

    private int or(@Nullable Integer given, int usual, int hasty) {
        return given != null ? given : quick ? hasty : usual;
    }

    @Override
    public String toString() {
        return rounds() + " rounds of " + measured().toSeconds() + " s, servers in turn; median ± half spread";
    }
}

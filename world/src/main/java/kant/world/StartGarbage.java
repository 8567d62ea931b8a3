package kant.world;

import java.time.Duration;

/**
 * What a start leaves in a program's heap: parsed configuration, opened jars, what TLS and JSON set up once. A small program then makes
 * too little garbage for a collector to come by again, so it is collected once when the program has settled, and the heap shrinks
 * to what is needed (docs/adr/0005-footprint.md). Once, not regularly: under load the collector knows better when.
 */
public final class StartGarbage {
    /** Longer than modules need to come up beside the program. */
    private static final Duration SETTLED = Duration.ofSeconds(60);

    private StartGarbage() {}

    public static void collectOnceSettled(Tasks tasks) {
        tasks.after(SETTLED, "start-garbage", System::gc);
    }
}

package kant.edgehub.outbox;

import java.time.Duration;
import kant.world.Randomness;

/** How long to rest after failures in a row: 1 s, about 2, 4, 8 … 60 s, each with chance in it (routing-and-store.md §6.5). */
record Backoff(Duration first, Duration most, Randomness randomness) {
    private static final int MOST_DOUBLINGS = 16;

    static Backoff standard(Randomness randomness) {
        return new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), randomness);
    }

    Duration after(int failures) {
        double grown = first.toMillis() * Math.pow(2, Math.min(failures - 1, MOST_DOUBLINGS));
        double jittered = grown * (0.8 + 0.4 * randomness.fraction());
        return Duration.ofMillis((long) Math.min(most.toMillis(), jittered));
    }
}

package kant.testkit.sim;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Runs a simulation or property once for each seed and says, when one fails, how to run exactly that one again.
 *
 * <p>{@code -Dkant.seed=N} runs only seed N; {@code -Dkant.seeds=N} runs N fresh ones beside the fixed ones.
 */
public final class Seeds {
    private Seeds() {}

    /** Seeds 1 to {@code fixed}, then one fresh (printed by its failure), each with its own random source. */
    public static void each(int fixed, Consumer<SplittableRandom> run) {
        Long only = Long.getLong("kant.seed");
        if (only != null) {
            one(only, run);
            return;
        }
        for (long seed = 1; seed <= fixed; seed++) {
            one(seed, run);
        }
        long fresh = Integer.getInteger("kant.seeds", 1);
        for (long i = 0; i < fresh; i++) {
            one(System.nanoTime() ^ i << 48, run);
        }
    }

    private static void one(long seed, Consumer<SplittableRandom> run) {
        try {
            run.accept(new SplittableRandom(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " failed; run it again with -Dkant.seed=" + seed + " : " + e.getMessage(), e);
        }
    }
}

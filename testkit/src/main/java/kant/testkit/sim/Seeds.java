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
        each("-Dkant.seed=", fixed, run);
    }

    /** The same as part of a campaign, which says how many lives of what it ran, and by which command a failure comes again. */
    public static void campaign(String name, String lives, int fixed, Consumer<SplittableRandom> run) {
        int count = each("campaign/" + name + " --seed ", fixed, run);
        System.out.println(name + ": " + count + " lives of " + lives + ", every promise kept");
    }

    private static int each(String again, int fixed, Consumer<SplittableRandom> run) {
        Long only = Long.getLong("kant.seed");
        if (only != null) {
            one(only, again, run);
            return 1;
        }
        for (long seed = 1; seed <= fixed; seed++) {
            one(seed, again, run);
        }
        int fresh = Integer.getInteger("kant.seeds", 1);
        for (long i = 0; i < fresh; i++) {
            one(System.nanoTime() ^ i << 48, again, run);
        }
        return fixed + fresh;
    }

    private static void one(long seed, String again, Consumer<SplittableRandom> run) {
        try {
            run.accept(new SplittableRandom(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError(
                    "seed " + seed + " failed; run it again with " + again + seed + " : " + e.getMessage(), e);
        }
    }
}

package kant.testkit.sim;

import java.util.SplittableRandom;
import kant.world.Randomness;

/** Chance by a seed. */
public final class SimRandomness implements Randomness {
    private final SplittableRandom random;

    public SimRandomness(SplittableRandom random) {
        this.random = random;
    }

    @Override
    public synchronized byte[] bytes(int count) {
        var bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    @Override
    public synchronized double fraction() {
        return random.nextDouble();
    }
}

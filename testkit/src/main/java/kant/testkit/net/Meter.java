package kant.testkit.net;

import java.util.concurrent.atomic.LongAdder;

/** Counts what {@link Traffic} shows. */
final class Meter {
    private final LongAdder accepted = new LongAdder();
    private final LongAdder reset = new LongAdder();
    private final LongAdder up = new LongAdder();
    private final LongAdder down = new LongAdder();
    private final LongAdder swallowed = new LongAdder();

    void accepted() {
        accepted.increment();
    }

    void reset() {
        reset.increment();
    }

    void passed(Direction direction, int bytes) {
        (direction == Direction.UP ? up : down).add(bytes);
    }

    void swallowed(int bytes) {
        swallowed.add(bytes);
    }

    Traffic traffic() {
        return new Traffic(accepted.sum(), reset.sum(), up.sum(), down.sum(), swallowed.sum());
    }
}

package kant.store.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import kant.testkit.sim.Seeds;
import org.junit.jupiter.api.Test;

/** {@code campaign/disk --seeds N} runs more of it, {@code campaign/disk --seed S} one again. */
class KeyedStateSimulationTest {
    @Test
    void a_change_that_returned_is_never_lost_and_one_that_threw_is_whole_or_not_there() {
        Seeds.campaign("disk", "the small state", 60, random -> {
            try {
                new KeyedStateSimulation(random).run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}

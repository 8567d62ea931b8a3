package kant.store;

import kant.testkit.sim.Seeds;
import org.junit.jupiter.api.Test;

class StoreSimulationTest {

    /** {@code campaign/disk --seeds N} runs more of it, {@code campaign/disk --seed S} one again. */
    @Test
    void nothing_acknowledged_is_lost_whatever_disk_process_and_power_do() {
        Seeds.campaign("disk", "the message store", 200, random -> new StoreSimulation(random).run());
    }
}

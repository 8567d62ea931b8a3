package kant.store;

import kant.testkit.sim.Seeds;
import org.junit.jupiter.api.Test;

class StoreSimulationTest {

    /** Replays: {@code -Dtest=StoreSimulationTest -Dkant.seed=N}; more seeds: {@code -Dkant.seeds=N}. */
    @Test
    void nothing_acknowledged_is_lost_whatever_disk_process_and_power_do() {
        Seeds.each(100, random -> new StoreSimulation(random).run());
    }
}

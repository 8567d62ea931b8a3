package kant.edgeagent;

import static kant.edgeagent.AgentSim.manifest;
import static kant.edgeagent.AgentSim.module;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kant.edgeagent.plan.CurrentModule;
import kant.edgeagent.plan.PullOrder;
import kant.model.deployment.RuntimeStatus;
import kant.testkit.sim.SimTasks;
import kant.testkit.sim.SimTime;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Deployments, crashes, missing images, a refusing parent and restarts of the agent in any order, while registry and parent answer
 * when they like. Safety: nobody answers for as long as the longest back-off, and every module that exists runs. Liveness: everybody
 * answers again, and the last deployment runs, or it was rolled back.
 */
class SlowRegistrySeedsTest {
    private static final int SEEDS = 25;
    private static final int ACTIONS = 40;
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(300);
    private static final List<String> MODULES = List.of("m", "n", "edgeHub");

    @TestFactory
    Stream<DynamicTest> no_running_module_is_the_price() {
        return IntStream.range(0, SEEDS).mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> run(seed)));
    }

    private static void run(int seed) {
        var random = new Random(seed);
        var others = new SimTasks(new SimTime());
        var sim = new AgentSim(
                random.nextBoolean() ? PullOrder.NON_BLOCKING : PullOrder.WAIT_FOR_ALL_PULLS,
                random.nextBoolean(),
                others);
        sim.hub.deploy(wish(random));
        sim.hub.connect();
        for (int i = 0; i < ACTIONS; i++) {
            act(random, sim, others);
            if (random.nextInt(8) == 0) {
                sim.run(LONGEST_BACK_OFF.plusSeconds(1));
                assertAllRun(sim);
            }
        }
        sim.daemon.registryDown(false);
        IntStream.range(0, 9).forEach(i -> sim.daemon.found(image(i)));
        for (int i = 0; i < 40; i++) {
            sim.run(Duration.ofSeconds(30));
            others.run();
        }
        assertAllRun(sim);
        assertThat(sim.code() == 200 || sim.description().contains("was rolled back"))
                .as("%d %s", sim.code(), sim.description())
                .isTrue();
        assertThat(sim.reported("/lastDesiredVersion").asLong()).isEqualTo(sim.hub.desiredVersion());
    }

    private static void act(Random random, AgentSim sim, SimTasks others) {
        switch (random.nextInt(8)) {
            case 0 -> sim.hub.deploy(wish(random));
            case 1, 2 -> crash(random, sim);
            case 3 -> others.run();
            case 4 -> sim.daemon.missing(image(random.nextInt(9)));
            case 5 -> sim.daemon.found(image(random.nextInt(9)));
            case 6 -> sim.daemon.registryDown(random.nextBoolean());
            default -> {
                if (random.nextInt(4) == 0) {
                    others.close(); // what was under way ends with its process
                    sim.restartAgent();
                }
            }
        }
        sim.run(Duration.ofSeconds(random.nextInt(20)));
    }

    private static void crash(Random random, AgentSim sim) {
        String name = MODULES.get(random.nextInt(MODULES.size()));
        CurrentModule module = sim.daemon.module(name);
        if (module != null && module.status() == RuntimeStatus.RUNNING) {
            sim.daemon.exits(name, random.nextInt(2));
        }
    }

    private static void assertAllRun(AgentSim sim) {
        for (String name : MODULES) {
            CurrentModule module = sim.daemon.module(name);
            if (module != null) {
                assertThat(module.status()).as(name).isEqualTo(RuntimeStatus.RUNNING);
            }
        }
    }

    private static ObjectNode wish(Random random) {
        return manifest(module("m", image(random.nextInt(9)), "\"startupOrder\":" + random.nextInt(3)) + ","
                + module("n", image(random.nextInt(9)), ""));
    }

    private static String image(int i) {
        return "a/image:" + i;
    }
}

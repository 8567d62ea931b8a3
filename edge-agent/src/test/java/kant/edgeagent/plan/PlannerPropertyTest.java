package kant.edgeagent.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * From any state of the modules, planning and applying the plan over and over reaches what is desired in a few passes, with
 * few steps, and then plans nothing more. The engine here does what it is told, and what it starts goes on running.
 */
class PlannerPropertyTest {
    private static final int SEEDS = 300;

    /** A pass to rebuild what is dead, one to create it, one for a start that waits; one to see that nothing is left. */
    private static final int MAX_PASSES = 6;

    /** The longest way of one module: removal of a dead one, then creation with all its steps. */
    private static final int MAX_STEPS = 10;

    @TestFactory
    Stream<DynamicTest> reaches_the_wish_and_rests() {
        return IntStream.range(0, SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> reachesTheWishAndRests(seed)));
    }

    private static void reachesTheWishAndRests(int seed) {
        var random = new Random(seed);
        int size = 1 + seed / 50; // small ones first, so that first failures are short
        DeploymentManifest manifest = manifest(random, size);
        var engine = new TinyEngine(random, size, manifest);
        Memories memories = memories(random, manifest);
        Map<String, ModuleMemory> before = memories.byModule();
        Map<String, CurrentModule> began = Map.copyOf(engine.modules);

        Instant now = Wishing.NOW.plusSeconds(301); // the longest cool-off is over
        Plan plan = Wishing.planner().plan(manifest, engine.modules, memories, now);
        int passes = 0;
        int steps = 0;
        while (!plan.isEmpty()) {
            assertThat(++passes).as("passes").isLessThan(MAX_PASSES);
            for (Work work : plan.works()) {
                for (Step step : work.steps()) {
                    engine.apply(step, now);
                    steps++;
                }
                memories = memories.after(work.steps(), now);
            }
            memories = memories.wishing(manifest, Set.of());
            now = now.plusSeconds(301);
            plan = Wishing.planner().plan(manifest, engine.modules, memories, now);
        }

        assertThat(steps).as("steps").isLessThanOrEqualTo(MAX_STEPS * 2 * size);
        assertThat(engine.modules.keySet())
                .containsExactlyInAnyOrderElementsOf(manifest.modules().keySet());
        for (DesiredModule wish : manifest.modules().values()) {
            assertAsWished(wish, engine.modules.get(wish.name()), began.get(wish.name()), before.get(wish.name()));
        }
    }

    private static void assertAsWished(
            DesiredModule wish, CurrentModule now, CurrentModule began, ModuleMemory memory) {
        assertThat(now.image()).isEqualTo(wish.image());
        assertThat(now.label(Labels.FINGERPRINT)).contains(Wishing.FINGERPRINT.of(wish));
        boolean resigned = now.equals(began) && resigned(wish, now, memory == null ? ModuleMemory.NONE : memory);
        if (wish.status() == RuntimeStatus.RUNNING && !resigned) {
            assertThat(now.status()).isEqualTo(RuntimeStatus.RUNNING);
        } else if (wish.status() == RuntimeStatus.STOPPED) {
            assertThat(now.alive()).isFalse();
        }
    }

    /** What the policies leave alone on purpose. */
    private static boolean resigned(DesiredModule wish, CurrentModule now, ModuleMemory memory) {
        RuntimeStatus status = new Supervision(SupervisionRules.DEFAULT).status(wish, now, memory);
        return status == RuntimeStatus.FAILED
                || status == RuntimeStatus.UNKNOWN
                || status == RuntimeStatus.UNHEALTHY
                || status == RuntimeStatus.STOPPED && wish.restartPolicy() == RestartPolicy.NEVER
                || memory.wished() == RuntimeStatus.STOPPED && now.alive(); // a new wish that is fulfilled already
    }

    private static DeploymentManifest manifest(Random random, int size) {
        Map<String, DesiredModule> modules = new LinkedHashMap<>();
        for (int i = 0; i < size; i++) {
            if (random.nextInt(4) > 0) {
                modules.put("m" + i, wish(random, "m" + i));
            }
        }
        return Wishing.manifest(modules.values().toArray(DesiredModule[]::new));
    }

    static DesiredModule wish(Random random, String name) {
        return Wishing.module(
                name,
                random.nextInt(4) > 0 ? RuntimeStatus.RUNNING : RuntimeStatus.STOPPED,
                RestartPolicy.values()[random.nextInt(4)],
                random.nextInt(3),
                "v" + random.nextInt(2));
    }

    private static Memories memories(Random random, DeploymentManifest manifest) {
        Map<String, ModuleMemory> memories = new LinkedHashMap<>();
        for (String name : manifest.modules().keySet()) {
            if (random.nextBoolean()) {
                memories.put(
                        name,
                        new ModuleMemory(
                                random.nextInt(22),
                                null,
                                random.nextBoolean() ? RuntimeStatus.RUNNING : RuntimeStatus.STOPPED));
            }
        }
        return new Memories(memories);
    }
}

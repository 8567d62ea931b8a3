package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import kant.conformance.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Agent, daemon or both are killed after each step of a plan, and a little later, with modules as processes: afterwards every module of
 * the manifest runs, once, and no other process of the device is left. The plan goes to and fro between two manifests that share a
 * module, change one, and have one each that the other has not. {@code campaign/agent} does it more often.
 */
class KilledTest {
    private static final int ROUNDS = Integer.getInteger("kant.rounds", 5);
    private static final long SEED = Long.getLong("kant.seed", 6);

    /** Of one way: an old module removed, one replaced and started, one made and started. */
    private static final int STEPS = 7;

    private static final int LONGEST_DELAY_MILLIS = 40;

    private static AgentDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.start(
                "killed",
                "127.10.3.2",
                Map.of("KANT_ROLLBACK", "false", "CoolOffTimeUnitInSeconds", "1", "KANT_LOOK_MILLIS", "500"));
        device.deployed(manifest(0));
        device.awaitModule("changed", "running");
    }

    @AfterAll
    static void stop() throws Exception {
        device.close();
    }

    private enum Victim {
        AGENT,
        DAEMON,
        BOTH
    }

    @TestFactory
    List<DynamicTest> after_every_step_of_a_plan() {
        var random = new Random(SEED);
        List<DynamicTest> rounds = new ArrayList<>();
        for (int round = 1; round <= ROUNDS; round++) {
            int number = round;
            int step = round * STEPS / ROUNDS % STEPS;
            Victim victim = Victim.values()[round % Victim.values().length];
            int delay = random.nextInt(LONGEST_DELAY_MILLIS);
            rounds.add(DynamicTest.dynamicTest(
                    "round " + round + ": " + victim + " after step " + step + " and " + delay + " ms",
                    () -> kill(number, step, victim, delay)));
        }
        return rounds;
    }

    private static void kill(int round, int step, Victim victim, int delayMillis) throws Exception {
        Deployment next = manifest(round);
        int mark = device.mark();
        device.deploy(next);
        Waits.until("step " + step, Duration.ofSeconds(60), () -> device.mark() - mark >= step);
        java.util.concurrent.locks.LockSupport.parkNanos(
                Duration.ofMillis(delayMillis).toNanos());

        if (victim != Victim.DAEMON) {
            device.process("$edgeAgent").destroyForcibly();
        }
        if (victim != Victim.AGENT) {
            device.killDaemon();
            device.startDaemon();
        }

        Set<String> wanted = new TreeSet<>(Set.of("$edgeAgent", "$edgeHub", "shared", "changed", only(round)));
        long version = device.desiredVersion();
        device.await(
                "the whole deployment",
                Duration.ofSeconds(60),
                r -> r.path("lastDesiredVersion").asLong() == version && AgentDevice.code(r) == 200);
        Waits.until(
                "exactly " + wanted + " to run",
                AgentDevice.SOON,
                () -> device.processes.roots().keySet().equals(wanted));
        device.processes
                .roots()
                .forEach((module, runs) -> assertThat(runs).as(module).hasSize(1));
        assertThat(device.processes.only("changed").environment()).containsEntry("ROUND", "" + round);
        Waits.until(
                "the engine to have exactly them",
                AgentDevice.SOON,
                () -> engineHas(Set.of("edgeAgent", "edgeHub", "shared", "changed", only(round))));
        device.await("no other module to be reported", r -> r.path("modules").size() == 3);
        if (round % 20 == 0 || round == ROUNDS) {
            System.out.println(
                    "agent: " + round + " of " + ROUNDS + " kills of agent and daemon are as they should be");
        }
    }

    /** Not yet while the daemon is on its way. */
    private static boolean engineHas(Set<String> modules) {
        try {
            return device.management.modules().equals(modules);
        } catch (IOException _) {
            return false;
        }
    }

    private static Deployment manifest(int round) {
        return Deployment.empty()
                .with("shared")
                .with("changed")
                .set("/modules/changed/env", "{\"ROUND\":{\"value\":\"" + round + "\"}}")
                .set("/modules/changed/startupOrder", "1")
                .with(only(round))
                .set("/modules/" + only(round) + "/startupOrder", "2");
    }

    private static String only(int round) {
        return round % 2 == 0 ? "even" : "odd";
    }
}

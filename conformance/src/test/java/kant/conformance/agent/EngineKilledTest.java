package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import kant.conformance.Waits;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The engine, a real dockerd with its containerd, is killed after each step of a plan, and a little later, and started again; a new one
 * takes the containers over or stops them all, in turns. Meanwhile nothing of what was reported is taken back; afterwards there is one
 * container for each module of the manifest, running, and nothing else of the device, and each restart is counted once. The daemon is
 * not started anew. {@code campaign/agent} does it more often.
 */
class EngineKilledTest {
    private static final int ROUNDS = Integer.getInteger("kant.rounds", 2);
    private static final long SEED = Long.getLong("kant.seed", 6);

    /** Of one way: an old module stopped and removed, one replaced and started, one made and started. */
    private static final int STEPS = 7;

    private static final int LONGEST_DELAY_MILLIS = 200;
    private static final Duration AWAY = Duration.ofSeconds(1);

    /** Every so many rounds the engine stays away for so long that the agent says it. */
    private static final int LONG_EVERY = 10;

    private static Dockerd engine;
    private static DockerDevice device;

    @BeforeAll
    static void start() throws Exception {
        Path folder = Files.createTempDirectory("kant-dockerd");
        engine = Dockerd.start(folder);
        engine.docker.makeBox(folder);
        device = DockerDevice.start(
                "engine-killed",
                "127.10.3.9",
                engine.docker,
                Map.of(
                        "KANT_ROLLBACK",
                        "false",
                        "KANT_LOOK_MILLIS",
                        "300",
                        "CoolOffTimeUnitInSeconds",
                        "0",
                        "MaxRestartCount",
                        "1000"));
        device.deployed(manifest(0), 200);
        device.awaitModule("changed", "running");
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = engine) {
            device.close();
        }
    }

    /** One kill. */
    private record Round(int number, int step, int delayMillis, Dockerd.Left left) {
        @Override
        public String toString() {
            return "round " + number + ": after step " + step + " and " + delayMillis + " ms, containers are " + left;
        }
    }

    @TestFactory
    Stream<DynamicTest> after_every_step_of_a_plan() {
        var random = new Random(SEED);
        List<Round> rounds = new ArrayList<>();
        for (int number = 1; number <= ROUNDS; number++) {
            rounds.add(new Round(
                    number,
                    number * STEPS / ROUNDS % STEPS,
                    random.nextInt(LONGEST_DELAY_MILLIS),
                    Dockerd.Left.values()[number % Dockerd.Left.values().length]));
        }
        return Stream.concat(
                rounds.stream().map(round -> DynamicTest.dynamicTest(round.toString(), () -> kill(round))),
                Stream.of(DynamicTest.dynamicTest(
                        "then the daemon hears of containers again", EngineKilledTest::hearsOfContainers)));
    }

    private static void kill(Round round) throws Exception {
        Restarts before = Restarts.of("shared");
        int mark = device.log().mark();
        long version = device.deploy(manifest(round.number()));
        Waits.until(
                "step " + round.step(), DockerDevice.SOON, () -> device.log().mark() - mark >= round.step());
        LockSupport.parkNanos(Duration.ofMillis(round.delayMillis()).toNanos());

        engine.kill();
        stayAway(round);
        engine.start(round.left());

        Set<String> wanted = new TreeSet<>(Set.of("edgeAgent", "edgeHub", "shared", "changed", only(round.number())));
        device.await(
                "the whole deployment",
                r -> r.path("lastDesiredVersion").asLong() == version && AgentDevice.code(r) == 200);
        Waits.until(
                "exactly " + wanted + " to run",
                DockerDevice.SOON,
                () -> new TreeSet<>(engine.docker.running()).equals(wanted)
                        && new TreeSet<>(engine.docker.names()).equals(wanted));
        assertThat(engine.docker.inspect("changed").at("/Config/Env").toString())
                .contains("ROUND=" + round.number());
        Waits.until(
                "each to be one process tree",
                DockerDevice.SOON,
                () -> new Processes(device.id())
                                .roots().values().stream().mapToInt(List::size).sum()
                        == wanted.size());
        before.assertCounted(round.left());
        if (round.number() % 10 == 0 || round.number() == ROUNDS) {
            System.out.println(
                    "agent: " + round.number() + " of " + ROUNDS + " kills of the engine are as they should be");
        }
    }

    /** What is reported while the engine is away: every module that both manifests have, as it was. */
    private static void stayAway(Round round) throws Exception {
        Waits.until("the engine to be away for a while", DockerDevice.SOON, new AwayCheck(AWAY));
        if (round.number() % LONG_EVERY == 0) {
            JsonNode told = device.await(
                    "the engine's absence", r -> AgentDevice.description(r).contains("the container engine on"));
            assertThat(AgentDevice.code(told)).isEqualTo(500);
            AwayCheck.assertKept(told);
            assertThat(AgentDevice.module(told, "shared").path("runtimeStatus").asText())
                    .isEqualTo("running");
        }
    }

    /** Holds when the time is over; fails as soon as something that must stay reported is not. */
    private record AwayCheck(long end) implements Waits.Condition {
        AwayCheck(Duration time) {
            this(System.nanoTime() + time.toNanos());
        }

        @Override
        public boolean holds() throws Exception {
            assertKept(device.reported());
            return System.nanoTime() > end;
        }

        static void assertKept(JsonNode reported) {
            for (String module : List.of("edgeAgent", "edgeHub", "shared", "changed")) {
                assertThat(AgentDevice.module(reported, module).has("runtimeStatus"))
                        .as("%s is still reported, in %s", module, reported)
                        .isTrue();
            }
        }
    }

    /** How often a module was started again, as the twin says, and whether it was. */
    private record Restarts(String module, int count, String startedAt) {
        static Restarts of(String module) throws Exception {
            return new Restarts(
                    module,
                    AgentDevice.module(device.reported(), module)
                            .path("restartCount")
                            .asInt(),
                    engine.docker.inspect(module).at("/State/StartedAt").asText());
        }

        /** A module that no plan touched ended with the engine, and was started again once, or it did not end at all. */
        void assertCounted(Dockerd.Left left) throws Exception {
            int more = left == Dockerd.Left.STOPPED ? 1 : 0;
            device.await(
                    module + " to have been restarted " + more + " times more than " + count,
                    r -> AgentDevice.module(r, module).path("restartCount").asInt() == count + more
                            && AgentDevice.module(r, module)
                                    .path("runtimeStatus")
                                    .asText()
                                    .equals("running"));
            assertThat(of(module).startedAt().equals(startedAt))
                    .as("%s runs on", module)
                    .isEqualTo(left == Dockerd.Left.TAKEN_OVER);
        }
    }

    /** Sooner than its look once a minute: the stream of events is there again. */
    private static void hearsOfContainers() throws Exception {
        String before = startOfAgent(device.reported());

        engine.docker.run("kill", "edgeAgent");

        device.await(
                "the agent to be started again and to say so",
                Duration.ofSeconds(30),
                r -> !startOfAgent(r).equals(before) && AgentDevice.code(r) == 200);
    }

    private static String startOfAgent(JsonNode reported) {
        return AgentDevice.module(reported, "edgeAgent")
                .path("lastStartTimeUtc")
                .asText();
    }

    private static Deployment manifest(int round) {
        return DockerDevice.base()
                .set("/modules/shared", box(0))
                .set("/modules/changed", box(1))
                .set("/modules/changed/env", "{\"ROUND\":{\"value\":\"" + round + "\"}}")
                .set("/modules/" + only(round), box(2));
    }

    private static String box(int startupOrder) {
        return """
                {"type": "docker", "status": "running", "restartPolicy": "always", "imagePullPolicy": "never",
                 "startupOrder": %d, "settings": {"image": "%s"}}""".formatted(startupOrder, DockerCommand.BOX);
    }

    private static String only(int round) {
        return round % 2 == 0 ? "even" : "odd";
    }
}

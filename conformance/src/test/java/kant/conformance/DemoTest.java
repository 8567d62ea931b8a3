package kant.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import kant.conformance.harness.KantCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first README command, from the outside, with both engines. */
class DemoTest {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    @TempDir
    Path directory;

    @Test
    void with_processes_all_messages_arrive_and_nothing_stays_behind() throws Exception {
        KantCommand.Ended ended = KantCommand.run(directory, LIMIT, "demo", "--messages", "20", "--engine", "process");

        assertThat(ended.output()).contains("first message upstream", "every acknowledged message arrived");
        assertThat(ended.code()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void with_containers_all_messages_arrive_and_nothing_stays_behind() throws Exception {
        KantCommand.Ended ended = KantCommand.run(
                directory, LIMIT, "demo", "--messages", "20", "--engine", "docker", "--engine-socket", engineSocket());

        assertThat(ended.output()).contains("first message upstream", "every acknowledged message arrived");
        assertThat(ended.code()).isZero();
        assertNothingIsLeft();
        assertThat(containers()).isEmpty();
    }

    @Test
    void what_was_acknowledged_while_the_stand_in_was_away_arrives() throws Exception {
        KantCommand.Ended ended =
                KantCommand.run(directory, LIMIT, "demo", "--messages", "40", "--cut", "10s", "--engine", "process");

        assertThat(ended.output())
                .contains("taking the stand-in away", "the stand-in is back", "every acknowledged message arrived");
        assertThat(ended.code()).isZero();
        assertNothingIsLeft();
    }

    @Test
    void a_terminated_demo_leaves_no_process_behind_and_the_next_starts_clean() throws Exception {
        try (var demo = KantCommand.start(directory, "demo", "--engine", "process")) {
            demo.awaitLine("first message upstream", LIMIT);
            demo.terminate();
            demo.await(Duration.ofSeconds(60));
        }
        assertNothingIsLeft();

        try (var demo = KantCommand.start(directory, "demo", "--engine", "process")) {
            demo.awaitLine("first message upstream", LIMIT);
            KantCommand second = KantCommand.start(directory, "demo", "--engine", "process");
            KantCommand.Ended refused = second.await(Duration.ofSeconds(30));
            assertThat(refused.code()).isEqualTo(1);
            assertThat(refused.output()).contains("is taken by another demo");
            demo.kill();
        }

        try (var demo = KantCommand.start(directory, "demo", "--engine", "process")) {
            demo.awaitLine("first message upstream", LIMIT);
            demo.terminate();
            demo.await(Duration.ofSeconds(60));
        }
        assertNothingIsLeft();
    }

    @Test
    void two_demos_in_different_directories_run_side_by_side() throws Exception {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        try (var first = KantCommand.start(one, "demo", "--engine", "process");
                var second = startAfter(first, two)) {
            second.awaitLine("first message upstream", LIMIT);
            assertThat(first.alive()).isTrue();
        }
        assertNothingIsLeft();
    }

    @Test
    void a_folder_that_is_not_a_demos_is_left_alone() throws Exception {
        Files.writeString(Files.createDirectory(directory.resolve("mine")).resolve("letter.txt"), "dear");

        KantCommand.Ended ended = KantCommand.run(
                directory,
                LIMIT,
                "demo",
                "--engine",
                "process",
                "--data",
                directory.resolve("mine").toString());

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.output()).contains("is not empty and no demo made it");
        assertThat(directory.resolve("mine/letter.txt")).exists();
    }

    private static KantCommand startAfter(KantCommand first, Path directory) throws Exception {
        first.awaitLine("device started", LIMIT);
        return KantCommand.start(directory, "demo", "--engine", "process");
    }

    /** No process of ours names the test's directory any more. */
    private void assertNothingIsLeft() throws Exception {
        Waits.until("the demo's processes to be gone", Duration.ofSeconds(10), () -> ours().isEmpty());
    }

    private List<String> ours() {
        try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
            return all.map(p -> p.info().commandLine().orElse(""))
                    .filter(c -> c.contains(directory.toString()))
                    .toList();
        }
    }

    private static String engineSocket() {
        String socket = System.getenv("KANT_TEST_DOCKER_SOCKET");
        assertThat(socket)
                .as("KANT_TEST_DOCKER_SOCKET names a Docker engine's socket; ./verify starts one")
                .isNotNull();
        return socket;
    }

    private static List<String> containers() throws Exception {
        Process docker = new ProcessBuilder("docker", "-H", "unix://" + engineSocket(), "ps", "-a", "-q")
                .redirectErrorStream(true)
                .start();
        return new String(docker.getInputStream().readAllBytes()).lines().toList();
    }
}

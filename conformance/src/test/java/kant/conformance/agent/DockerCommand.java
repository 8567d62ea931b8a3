package kant.conformance.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The {@code docker} command for one engine. */
record DockerCommand(String socket) {
    /** Busybox alone, to be tagged as any other. */
    static final String BOX = "kant-test/box:1";

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Runs as its variables say: for ever where {@code RUN_SECONDS} is 0 or absent, else so long, then ends with {@code EXIT_CODE}. */
    private static final String SCRIPT = "trap 'exit 143' TERM INT; n=${RUN_SECONDS:-0}; [ $n = 0 ] && n=100000;"
            + " sleep $n & wait $!; exit ${EXIT_CODE:-0}";

    /** Runs it; its output. Fails where it does. */
    String run(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("docker", "-H", "unix://" + socket));
        command.addAll(List.of(arguments));
        return output(command);
    }

    /** The engine's words about a container. */
    JsonNode inspect(String container) throws Exception {
        return new ObjectMapper().readTree(run("inspect", container)).path(0);
    }

    /** Names of all containers, running or not. */
    List<String> names() throws Exception {
        return run("ps", "-a", "--format", "{{.Names}}").lines().toList();
    }

    /** Names of those that run. */
    List<String> running() throws Exception {
        return run("ps", "--format", "{{.Names}}").lines().toList();
    }

    /** Removes whatever a device left on the engine: containers belong to the daemon that made them. */
    void removeAll() throws Exception {
        for (String name : names()) {
            run("rm", "-f", name);
        }
    }

    /** Makes {@link #BOX} in the engine. */
    void makeBox(Path folder) throws Exception {
        Path bin = Files.createDirectories(folder.resolve("root/bin"));
        Path busybox = Files.exists(Path.of("/bin/busybox")) ? Path.of("/bin/busybox") : Path.of("/usr/bin/busybox");
        Files.copy(busybox, bin.resolve("busybox"));
        for (String applet : List.of("sh", "sleep", "false", "true")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        Path tar = folder.resolve("root.tar");
        output(List.of("tar", "-C", folder.resolve("root").toString(), "-cf", tar.toString(), "."));
        run("import", "--change", "ENTRYPOINT [\"/bin/sh\",\"-c\",\"" + SCRIPT + "\"]", tar.toString(), BOX);
    }

    /** Runs any command; its output. Fails where it does. */
    static String output(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new AssertionError(String.join(" ", command) + " failed: " + output);
        }
        return output.strip();
    }
}

package kant.conformance.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kant.conformance.Waits;
import kant.conformance.harness.KantCommand;

/** A Docker engine of a suite's own, all of it in one folder, to be killed and started again. */
final class Dockerd implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(30);

    final DockerCommand docker;

    private final Path folder;
    private Process process;

    /** What a new engine does with the containers that its predecessor left running. */
    enum Left {
        STOPPED,
        TAKEN_OVER
    }

    private Dockerd(Path folder) {
        this.folder = folder;
        this.docker = new DockerCommand(folder.resolve("d.sock").toString());
    }

    /** Starts one that has no bridge and no firewall of its own, so that it lets the machine's other engines be. */
    static Dockerd start(Path folder) throws Exception {
        var engine = new Dockerd(folder);
        engine.start(Left.STOPPED);
        return engine;
    }

    /** Starts it again on the same data and waits until it answers. */
    void start(Left containers) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "dockerd",
                "--storage-driver=overlay2",
                "--data-root=" + folder.resolve("data"),
                "--exec-root=" + folder.resolve("exec"),
                "--pidfile=" + folder.resolve("pid"),
                "--host=unix://" + docker.socket(),
                "--bridge=none",
                "--iptables=false"));
        if (containers == Left.TAKEN_OVER) {
            command.add("--live-restore");
        }
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
        Waits.until("dockerd to answer; its log is " + log(), START, this::answers);
    }

    private boolean answers() throws Exception {
        if (!process.isAlive()) {
            throw new AssertionError("dockerd ended with " + process.exitValue() + ": " + Files.readString(log()));
        }
        return new ProcessBuilder("docker", "-H", "unix://" + docker.socket(), "version")
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    /** SIGKILL, also to its containerd; the containers' processes go on. */
    void kill() throws Exception {
        List<ProcessHandle> engine = new ArrayList<>(process.children()
                .filter(child -> child.info().command().orElse("").endsWith("/containerd"))
                .toList());
        engine.add(process.toHandle());
        engine.forEach(ProcessHandle::destroyForcibly);
        process.waitFor();
        // the next dockerd would take a containerd that init has not reaped yet for one that runs
        Files.deleteIfExists(folder.resolve("exec/containerd/containerd.pid"));
    }

    Path log() {
        return folder.resolve("dockerd.log");
    }

    @Override
    public void close() throws Exception {
        if (!process.isAlive()) {
            start(Left.STOPPED); // it knows best how to end what it left
        }
        docker.removeAll();
        process.destroy();
        if (!process.waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("dockerd did not stop; its log is " + log());
        }
        Path logs = Files.createDirectories(KantCommand.repository().resolve("conformance/target/hubs"));
        Files.copy(log(), logs.resolve("dockerd.log"), StandardCopyOption.REPLACE_EXISTING);
        List<String> mounts = Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ")[1])
                .filter(mount -> mount.startsWith(folder + "/"))
                .toList();
        for (String mount : mounts.reversed()) {
            DockerCommand.output(List.of("umount", mount));
        }
        DockerCommand.output(List.of("rm", "-rf", folder.toString()));
    }
}

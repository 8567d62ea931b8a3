package kant.edgedaemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.ManagementClient;
import kant.daemonapi.unix.UnixHttpClient;
import kant.world.Tasks;

/** The real daemon as a child process, in a folder of its own, with no hub in reach and an identity cached. */
record DaemonProcess(Path folder, Process process, Tasks tasks) implements AutoCloseable {
    private static final String JAVA = ProcessHandle.current().info().command().orElse("java");
    private static final String CLASS_PATH = System.getProperty("java.class.path");

    /** Prepares the folder; {@code more} goes to the end of the configuration, into {@code [kant]}. */
    static void prepare(Path folder, String engine, String more) throws IOException {
        Files.createDirectories(folder.resolve("data/identities"));
        Files.writeString(folder.resolve("data/identities/identities.json"), """
                {"version":1,"identities":[
                 {"moduleId":"$edgeAgent","managedBy":"iotedge","generationId":"7","authType":"sas"},
                 {"moduleId":"$edgeHub","managedBy":"iotedge","generationId":"8","authType":"sas"}]}""");
        bundle(folder, "kant-test/sh/1", "{\"entrypoint\":[\"/bin/sh\",\"-c\"]}");
        bundle(
                folder,
                "kant/edge-agent/0.1.0",
                "{\"entrypoint\":[\"" + String.join("\",\"", agentCommand()) + "\"],\"cmd\":[]}");
        bundle(
                folder,
                "kant/edge-hub/0.1.0",
                "{\"entrypoint\":[\"/bin/sh\",\"-c\"],\"cmd\":[\"env; exec sleep 1000\"]}");
        Files.writeString(folder.resolve("config.toml"), """
                hostname = "gw.local"
                [provisioning]
                source = "manual"
                connection_string = "HostName=hub.local;DeviceId=gw-01;SharedAccessKey=c2VjcmV0LXNlY3JldC1rZXk="
                [kant]
                data = "%1$s/data"
                run = "%1$s/run"
                engine = "%2$s"
                catalogue = "%1$s/catalogue"
                parent_address = "127.0.0.1"
                parent_https_port = 1
                listen_address = "127.0.0.9"
                %3$s
                """.formatted(folder, engine, more));
    }

    /** Starts {@link TestAgent} where this machine's files are seen. */
    static List<String> agentCommand() {
        return List.of(JAVA, "-Xmx64m", "-XX:TieredStopAtLevel=1", "-cp", CLASS_PATH, "kant.edgedaemon.TestAgent");
    }

    private static void bundle(Path folder, String place, String json) throws IOException {
        Path bundle = Files.createDirectories(folder.resolve("catalogue").resolve(place));
        Files.writeString(bundle.resolve("bundle.json"), json);
    }

    static DaemonProcess start(Path folder, Tasks tasks) throws IOException {
        Process process = new ProcessBuilder(
                        JAVA,
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        CLASS_PATH,
                        "kant.edgedaemon.Main",
                        "--config",
                        folder.resolve("config.toml").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("daemon.log").toFile()))
                .start();
        return new DaemonProcess(folder, process, tasks);
    }

    ManagementClient management() {
        return new ManagementClient(new UnixHttpClient(folder.resolve("run/mgmt.sock"), tasks), Duration.ofSeconds(20));
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("daemon.log"), StandardCharsets.UTF_8);
    }

    /** Asks it to stop, as systemd does; its exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return exit();
    }

    int exit() throws InterruptedException {
        if (!process.waitFor(40, TimeUnit.SECONDS)) {
            throw new AssertionError("the daemon did not end within 40 s");
        }
        return process.exitValue();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        if (process.isAlive()) {
            terminate();
        }
    }
}

package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kant.conformance.Waits;

/** A real registry of images on a port of its own, open or with a password. */
final class Registry implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final String host;
    private final Process process;

    private Registry(Path folder, String host, Process process) {
        this.folder = folder;
        this.host = host;
        this.process = process;
    }

    /** One that asks nobody who he is. */
    static Registry open(Path folder) throws Exception {
        return start(folder, "");
    }

    /** One that gives nothing to anybody else; passwords by user. */
    static Registry withPasswords(Path folder, Map<String, String> passwords) throws Exception {
        Path file = folder.resolve("passwords");
        for (var each : passwords.entrySet()) {
            String line = DockerCommand.output(List.of("htpasswd", "-Bbn", each.getKey(), each.getValue()));
            Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        Registry registry = start(folder, "auth: {htpasswd: {realm: kant, path: %s}}\n".formatted(file));
        var any = passwords.entrySet().iterator().next();
        String basic = any.getKey() + ":" + any.getValue();
        Files.writeString(
                folder.resolve("config.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}"
                        .formatted(
                                registry.host,
                                Base64.getEncoder().encodeToString(basic.getBytes(StandardCharsets.UTF_8))));
        return registry;
    }

    private static Registry start(Path folder, String auth) throws Exception {
        String host;
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            host = "127.0.0.1:" + socket.getLocalPort();
        }
        Path settings =
                Files.writeString(folder.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s"}
                %s""".formatted(folder.resolve("images"), host, auth));
        Process process = new ProcessBuilder("docker-registry", "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        Waits.until("the registry to listen", LIMIT, () -> {
            try (var socket = new Socket("127.0.0.1", Integer.parseInt(host.split(":")[1]))) {
                return socket.isConnected();
            } catch (ConnectException _) {
                return false;
            }
        });
        return new Registry(folder, host, process);
    }

    /** {@code host:port}. */
    String host() {
        return host;
    }

    /** Puts the engine's box into the registry under a name of it, and that name out of the engine. */
    void publish(DockerCommand docker, String image) throws Exception {
        docker.run("tag", DockerCommand.BOX, image);
        docker.run("--config", folder.toString(), "push", "-q", image);
        docker.run("rmi", image);
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }
}

package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Containers beside a registry that takes connections and says nothing. */
class SlowRegistryTest {
    @TempDir
    static Path folder;

    private static DockerDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = DockerDevice.shared();
        device.awaitModule("edgeHub", "running");
    }

    @AfterAll
    static void stop() throws Exception {
        device.deployed(DockerDevice.base(), 200);
    }

    private static Deployment with(Deployment deployment, String module, String image, String policy) {
        return deployment
                .set("/modules/" + module, "{\"type\":\"docker\",\"status\":\"running\",\"restartPolicy\":\"always\"}")
                .set("/modules/" + module + "/imagePullPolicy", "\"" + policy + "\"")
                .set("/modules/" + module + "/settings/image", "\"" + image + "\"");
    }

    @Test
    void while_an_image_does_not_come_others_are_restarted_and_told_and_a_newer_deployment_is_followed()
            throws Exception {
        Deployment steady = with(DockerDevice.base(), "steady", "kant-test/box:1", "never");
        device.deployed(steady, 200);
        device.awaitModule("steady", "running");
        try (var registry = new SilentRegistry()) {
            device.deploy(with(steady, "late", registry.host() + "/team/late:1", "on-create"));
            device.awaitModule("late", "downloading");

            Containers.docker("kill", "steady");

            JsonNode reported = device.await("the killed module to run again", r -> {
                JsonNode killed = AgentDevice.module(r, "steady");
                return killed.path("restartCount").asInt() == 1
                        && killed.path("runtimeStatus").asText().equals("running");
            });
            JsonNode again = AgentDevice.module(reported, "steady");
            assertThat(Duration.between(time(again, "lastExitTimeUtc"), time(again, "lastStartTimeUtc")))
                    .as("its back-off of one second, and no wait for an image")
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(6));
            assertThat(AgentDevice.module(reported, "late")
                            .path("runtimeStatus")
                            .asText())
                    .isEqualTo("downloading");
            assertThat(registry.callers()).as("connections to the registry").isNotEmpty();

            device.deployed(with(steady, "other", "kant-test/box:1", "never"), 200);
            device.awaitModule("other", "running");
            assertThat(Containers.exists("late")).isFalse();
        }
    }

    private static Instant time(JsonNode module, String member) {
        return Instant.parse(module.path(member).asText());
    }

    /** Accepts connections and never says a word. */
    private static final class SilentRegistry implements AutoCloseable {
        private final ServerSocket server;
        private final List<Socket> callers = new CopyOnWriteArrayList<>();

        SilentRegistry() throws IOException {
            server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
            Thread.ofVirtual().start(this::accept);
        }

        String host() {
            return "127.0.0.1:" + server.getLocalPort();
        }

        List<Socket> callers() {
            return callers;
        }

        private void accept() {
            try {
                while (true) {
                    callers.add(server.accept());
                }
            } catch (IOException _) {
                // closed
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (Socket caller : callers) {
                caller.close();
            }
        }
    }

    @Test
    void check_74_where_elevated_permissions_are_not_allowed_containers_get_none() throws Exception {
        String options = "{\"HostConfig\":{\"Privileged\":true,\"CapAdd\":[\"NET_ADMIN\"],\"CapDrop\":[\"MKNOD\"]}}";
        Deployment box = with(DockerDevice.base(), "box", "kant-test/box:1", "never")
                .set(
                        "/modules/box/settings/createOptions",
                        Deployment.object("{}").textNode(options).toString());
        device.deployed(
                box.set("/modules/box/status", "\"stopped\""), 200); // for the suite itself may lack the privilege
        assertThat(Containers.inspect("box").at("/HostConfig/Privileged").asBoolean())
                .as("where they are allowed")
                .isTrue();

        device.edge().close();
        Path config = device.edge().data().resolve("config.toml");
        String allowed = Files.readString(config);
        Files.writeString(config, "allow_elevated_docker_permissions = false\n" + allowed);
        Process daemon = AgentDevice.daemon(config, folder.resolve("daemon.log"));
        try {
            device.deployed(box.set("/modules/box/version", "\"2\""), 200);
            device.awaitModule("box", "running");

            JsonNode host = Containers.inspect("box").path("HostConfig");
            assertThat(host.path("Privileged").asBoolean()).isFalse();
            assertThat(host.path("CapAdd").isEmpty()).isTrue();
            assertThat(host.path("CapDrop").toString()).contains("MKNOD", "CHOWN", "SETUID");
        } finally {
            daemon.destroy();
            assertThat(daemon.waitFor(60, TimeUnit.SECONDS)).isTrue();
            Files.writeString(config, allowed);
            device.edge().restart();
        }
    }
}

package kant.edgedaemon.engine.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.PullPolicy;
import kant.daemonapi.management.RegistryAuth;
import kant.daemonapi.unix.UnixHttpClient;
import kant.daemonapi.unix.UnixReply;
import kant.daemonapi.unix.UnixRequest;
import kant.edgedaemon.Eventually;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.engine.EngineException;
import kant.edgedaemon.engine.TestEngines;
import kant.edgedaemon.image.CleanUp;
import kant.edgedaemon.image.ImageSettings;
import kant.edgedaemon.image.PullLimits;
import kant.edgedaemon.image.SignaturePolicy;
import kant.edgedaemon.registry.RegistryLogins;
import kant.world.FileDisk;
import kant.world.Tasks;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Pulls through a real engine from a real registry that asks for credentials. */
@Tag("docker")
@ParameterizedClass
@MethodSource("kant.edgedaemon.engine.docker.EngineUnderTest#all")
@Timeout(120)
class RegistryTest {
    private static final String USER = "kant";
    private static final String PASSWORD = "wide-open-secret";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final PullLimits LIMITS = new PullLimits(
            2, 1, Duration.ofSeconds(3), Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofSeconds(1));

    @Parameter
    EngineUnderTest under;

    @TempDir
    Path folder;

    private final Tasks tasks = Tasks.virtual("test");
    private Process registry;
    private String host;
    private UnixHttpClient api;
    private DockerEngine engine;

    @BeforeEach
    void start() throws Exception {
        host = "127.0.0.1:" + freePort();
        registry = registry();
        api = new UnixHttpClient(under.socket(), tasks);
        engine = TestEngines.docker(
                under.socket(),
                new ImageSettings(SignaturePolicy.NONE, LIMITS, CleanUp.DEFAULT, TestImage.NAME),
                folder,
                tasks);
        TestImage.load(under.socket(), tasks);
        push();
    }

    @AfterEach
    void stop() throws Exception {
        engine.close();
        registry.destroy();
        assertThat(registry.waitFor(20, TimeUnit.SECONDS)).isTrue();
        tasks.close();
    }

    @Test
    void the_right_credentials_bring_the_image() {
        assertThatCode(() -> engine.pull(spec("1", new RegistryAuth(USER, PASSWORD, host))))
                .doesNotThrowAnyException();
    }

    @Test
    void no_and_wrong_credentials_are_told_as_such_and_an_absent_tag_as_another_thing() {
        assertThatThrownBy(() -> engine.pull(spec("1", null)))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("cannot be pulled")
                .hasMessageFindingMatch("no basic auth credentials|authentication required");
        assertThatThrownBy(() -> engine.pull(spec("1", new RegistryAuth(USER, "not-the-password", host))))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining("unauthorized")
                .hasMessageNotContaining("not-the-password");
        assertThatThrownBy(() -> engine.pull(spec("none", new RegistryAuth(USER, PASSWORD, host))))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.isNotFound()).isTrue())
                .hasMessageContaining("manifest");
    }

    @Test
    void a_login_is_checked_with_the_registry() {
        if (!under.isPodman()) { // which wants TLS for this, whatever its registries.conf says
            assertThatCode(() -> engine.checkLogin(new RegistryAuth(USER, PASSWORD, host)))
                    .doesNotThrowAnyException();
            assertThatThrownBy(() -> engine.checkLogin(new RegistryAuth(USER, "not-the-password", host)))
                    .isInstanceOfSatisfying(
                            EngineException.class, e -> assertThat(e.status()).isEqualTo(401))
                    .hasMessageNotContaining("not-the-password");
        }
        assertThatThrownBy(() -> engine.checkLogin(new RegistryAuth(USER, PASSWORD, "127.0.0.1:1")))
                .isInstanceOfSatisfying(
                        EngineException.class, e -> assertThat(e.status()).isEqualTo(500));
    }

    @Test
    void a_kept_login_brings_images_whose_deployment_has_no_credentials() throws Exception {
        var logins = RegistryLogins.open(new PrivateFiles(new FileDisk(folder.resolve("registries"))));
        logins.put(RegistryLogins.checked(new RegistryAuth(USER, PASSWORD, "http://" + host + "/v2/")));

        assertThatCode(() -> engine.pull(logins.fill(spec("1", null)))).doesNotThrowAnyException();
    }

    @Test
    void a_layer_that_does_not_come_is_given_up() throws Exception {
        try (var faulty = new FaultyRegistry(folder.toString(), tasks)) {
            faulty.be(FaultyRegistry.Mood.STALLING);

            assertThatThrownBy(() -> engine.pull(spec("1", null, faulty.host() + "/team/app")))
                    .hasMessageContaining("no progress for 3 s");
        }
    }

    private ModuleSpec spec(String tag, @Nullable RegistryAuth auth) {
        return spec(tag, auth, host + "/team/busybox");
    }

    private static ModuleSpec spec(String tag, @Nullable RegistryAuth auth, String name) {
        return new ModuleSpec(
                "kanttest",
                ModuleSpec.DOCKER,
                PullPolicy.ON_CREATE,
                name + ":" + tag,
                JsonNodeFactory.instance.objectNode(),
                auth,
                null,
                Map.of());
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    private Process registry() throws Exception {
        Path passwords = folder.resolve("passwords");
        Process htpasswd = new ProcessBuilder("htpasswd", "-Bbn", USER, PASSWORD)
                .redirectOutput(passwords.toFile())
                .start();
        assertThat(htpasswd.waitFor()).as("htpasswd of apache2-utils").isZero();
        Path settings = Files.writeString(
                folder.resolve("registry.yml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "%s"}
                auth: {htpasswd: {realm: kant, path: %s}}
                """.formatted(folder.resolve("images"), host, passwords));
        Process process = new ProcessBuilder("docker-registry", "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        Eventually.that("the registry listens", () -> {
            String[] parts = host.split(":");
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(parts[0], Integer.parseInt(parts[1])), 1000);
                return true;
            } catch (IOException _) {
                return false;
            }
        });
        return process;
    }

    /** Puts the test image into the registry and takes the tag out of the engine again. */
    private void push() throws Exception {
        String name = host + "/team/busybox";
        String path = "/images/" + DockerClient.encode(name);
        call(
                "POST",
                "/images/" + DockerClient.encode(TestImage.NAME) + "/tag?repo=" + DockerClient.encode(name) + "&tag=1");
        String login =
                "{\"username\":\"%s\",\"password\":\"%s\",\"serveraddress\":\"%s\"}".formatted(USER, PASSWORD, host);
        UnixReply pushed = api.call(
                UnixRequest.of("POST", path + "/push?tag=1")
                        .with(
                                "X-Registry-Auth",
                                Base64.getUrlEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8))),
                LIMIT);
        assertThat(new String(pushed.body(), StandardCharsets.UTF_8)).doesNotContain("errorDetail");
        call("DELETE", path + ":1");
    }

    private void call(String method, String target) throws IOException {
        api.call(UnixRequest.of(method, target), LIMIT).orThrow();
    }
}

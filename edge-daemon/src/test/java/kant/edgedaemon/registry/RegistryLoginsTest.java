package kant.edgedaemon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.RegistryAuth;
import kant.edgedaemon.disk.PrivateFiles;
import kant.model.error.RefusedException;
import kant.world.FileDisk;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryLoginsTest {
    @TempDir
    Path folder;

    private PrivateFiles files;
    private RegistryLogins logins;

    @BeforeEach
    void open() throws Exception {
        files = new PrivateFiles(new FileDisk(folder));
        logins = RegistryLogins.open(files);
    }

    @Test
    void an_image_gets_the_credentials_of_its_registry_also_after_a_restart() throws Exception {
        login("team", "https://Registry.example.com:5000/v2/");
        login("hub", "https://index.docker.io/v1/");

        RegistryLogins reopened = RegistryLogins.open(files);

        assertThat(userFor(reopened, "registry.example.com:5000/team/app:1")).isEqualTo("team");
        assertThat(userFor(reopened, "busybox")).isEqualTo("hub");
        assertThat(userFor(reopened, "registry.example.com/team/app:1")).isNull();
    }

    @Test
    void the_deployments_own_credentials_are_better() throws Exception {
        login("team", "r.io");
        var own = new RegistryAuth("own", "secret", "r.io");

        assertThat(logins.fill(spec("r.io/a:1").withAuth(own)).auth()).isEqualTo(own);
    }

    @Test
    void a_logout_forgets() throws Exception {
        login("team", "r.io");

        assertThat(logins.remove("R.io")).isTrue();
        assertThat(logins.remove("r.io")).isFalse();
        assertThat(userFor(RegistryLogins.open(files), "r.io/a:1")).isNull();
    }

    @Test
    void the_file_is_for_its_owner_only() throws Exception {
        login("team", "r.io");

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("logins.json"))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_damaged_file_does_not_keep_the_daemon_from_starting() throws Exception {
        files.write("logins.json", "{\"logins\":[{\"password\":".getBytes(StandardCharsets.UTF_8));

        assertThat(userFor(RegistryLogins.open(files), "r.io/a:1")).isNull();
    }

    @Test
    void what_is_no_registry_or_too_much_is_refused() throws Exception {
        assertThatThrownBy(() -> login("team", "r io"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().reason()).contains("\"r io\" is no registry"));
        assertThatThrownBy(() -> login("", "r.io")).isInstanceOf(RefusedException.class);
        for (int i = 0; i < 100; i++) {
            login("team", "r" + i + ".io");
        }
        assertThatThrownBy(() -> login("team", "one-more.io")).isInstanceOf(RefusedException.class);
        login("another", "r7.io");
        assertThat(userFor(logins, "r7.io/a")).isEqualTo("another");
    }

    private void login(String user, String server) throws Exception {
        logins.put(RegistryLogins.checked(new RegistryAuth(user, "secret", server)));
    }

    private static @Nullable String userFor(RegistryLogins logins, String image) {
        RegistryAuth auth = logins.fill(spec(image)).auth();
        return auth == null ? null : auth.username();
    }

    private static ModuleSpec spec(String image) {
        return ModuleSpec.of("m", image, JsonNodeFactory.instance.objectNode(), Map.of());
    }
}

package kant.edgedaemon.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import kant.daemonapi.management.Identity;
import kant.edgedaemon.MovableTime;
import kant.edgedaemon.config.DaemonConfig.Provisioning;
import kant.edgedaemon.config.Secret;
import kant.edgedaemon.disk.PrivateFiles;
import kant.edgedaemon.keys.ModuleKeys;
import kant.model.auth.SasToken;
import kant.world.FileDisk;
import kant.world.Randomness;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentitiesTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldA==";

    @TempDir
    Path folder;

    private final ScriptedParent parent = new ScriptedParent();
    private ModuleKeys keys;
    private Identities identities;

    @BeforeEach
    void open() throws IOException {
        keys = ModuleKeys.open(files("keys"), Randomness.secure());
        identities = reopen();
    }

    @Test
    void a_new_module_has_at_the_hub_the_keys_that_are_derived_here() throws IOException {
        Identity made = identities.create("$edgeHub", "IotEdge");

        assertThat(made).isEqualTo(new Identity("$edgeHub", "IotEdge", "100", "sas"));
        var symmetric = parent.modules.get("$edgeHub").path("authentication").path("symmetricKey");
        assertThat(symmetric.path("primaryKey").asText()).isEqualTo(keys.primary("$edgeHub", "100"));
        assertThat(symmetric.path("secondaryKey").asText()).isEqualTo(keys.secondary("$edgeHub", "100"));
        assertThat(parent.calls)
                .containsOnly("PUT /devices/gw-01/modules/%24edgeHub?api-version=2017-11-08-preview")
                .hasSize(2);
    }

    @Test
    void calls_are_authorised_for_the_device_in_lower_case_and_half_a_minute() throws Exception {
        identities.create("m", "IotEdge");

        SasToken token = SasToken.parse(parent.tokens.getFirst());
        assertThat(token.resource()).isEqualTo("hub.local%2Fdevices%2Fgw-01");
        assertThat(token.expires()).isEqualTo(Instant.parse("2026-11-25T00:00:30Z"));
        assertThat(token.signedBy(KEY)).isTrue();
    }

    @Test
    void an_existing_module_is_not_made_again_and_an_update_keeps_its_generation() throws IOException {
        identities.create("m", "IotEdge");

        assertThatThrownBy(() -> identities.create("m", "IotEdge"))
                .isInstanceOfSatisfying(
                        ParentException.class, e -> assertThat(e.status()).isEqualTo(409));
        assertThat(identities.update("m").generationId()).isEqualTo("100");
        assertThat(identities.ensure("m").generationId()).isEqualTo("100");
        assertThat(identities.ensure("n").generationId()).isEqualTo("101");
    }

    @Test
    void while_the_hub_is_away_modules_are_as_last_seen_also_after_a_restart() throws IOException {
        Identity made = identities.create("m", "IotEdge");
        parent.away = true;

        identities = reopen();

        assertThat(identities.known("m")).isEqualTo(made);
        assertThat(identities.list()).containsExactly(made);
        assertThatThrownBy(() -> identities.known("never-seen")).hasMessage("no route to the hub");
        assertThatThrownBy(() -> identities.create("n", "x")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> identities.update("never-seen")).hasMessage("no route to the hub");
    }

    @Test
    void while_the_hub_is_away_an_update_of_a_module_that_has_its_keys_is_answered_as_last_seen() throws IOException {
        Identity made = identities.create("m", "IotEdge");
        parent.away = true;
        assertThat(identities.update("m")).isEqualTo(made);
        assertThat(reopen().update("m")).isEqualTo(made);

        parent.away = false;
        parent.answers = 503; // an edge device whose own parent is away

        assertThat(identities.update("m")).isEqualTo(made);
    }

    @Test
    void a_hub_that_refuses_an_update_is_not_away() throws IOException {
        identities.create("m", "IotEdge");
        parent.answers = 401;

        assertThatThrownBy(() -> identities.update("m"))
                .isInstanceOfSatisfying(
                        ParentException.class, e -> assertThat(e.status()).isEqualTo(401));
    }

    @Test
    void one_that_was_only_seen_has_no_keys_that_the_hub_knows_so_its_update_needs_the_hub() throws IOException {
        parent.modules.put("made-by-others", ScriptedParent.module("made-by-others", "7"));
        identities.create("m", "IotEdge");
        identities.list();
        parent.modules.put("m", ScriptedParent.module("m", "8")); // somebody deleted it and made it anew
        identities.list();
        parent.away = true;

        for (String module : new String[] {"made-by-others", "m"}) {
            assertThat(identities.remembered(module)).isPresent();
            assertThatThrownBy(() -> reopen().update(module)).hasMessage("no route to the hub");
        }
        parent.away = false;
        identities.update("m");
        parent.away = true;
        assertThat(reopen().update("m").generationId()).isEqualTo("8");
    }

    @Test
    void a_module_that_was_deleted_at_the_hub_is_forgotten() throws IOException {
        identities.create("m", "IotEdge");
        parent.modules.clear();

        assertThatThrownBy(() -> identities.update("m")).isInstanceOf(ParentException.class);

        assertThat(identities.remembered("m")).isEmpty();
        assertThat(identities.list()).isEmpty();
    }

    @Test
    void a_deleted_module_is_gone_here_and_there() throws IOException {
        identities.create("m", "IotEdge");

        identities.delete("m");

        assertThat(parent.modules).isEmpty();
        assertThat(identities.remembered("m")).isEmpty();
    }

    @Test
    void the_cache_holds_no_key() throws IOException {
        identities.create("m", "IotEdge");

        assertThat(Files.readString(folder.resolve("cache/identities.json")))
                .contains("\"m\"")
                .doesNotContain(keys.primary("m", "100"), "symmetricKey", KEY);
    }

    @Test
    void a_damaged_cache_counts_as_empty() throws IOException {
        files("cache").write("identities.json", new byte[] {'{', 0});

        assertThat(reopen().remembered("m")).isEmpty();
    }

    private Identities reopen() throws IOException {
        var device = new Provisioning("Hub.local", "gw-01", new Secret(KEY));
        var time = new MovableTime(Instant.parse("2026-11-25T00:00:00Z"));
        return Identities.open(parent, device, keys, files("cache"), time);
    }

    private PrivateFiles files(String name) throws IOException {
        return new PrivateFiles(new FileDisk(folder.resolve(name)));
    }
}

package kant.model.deployment;

import static kant.model.deployment.Manifests.GOOD_MODULE;
import static kant.model.deployment.Manifests.accepted;
import static kant.model.deployment.Manifests.json;
import static kant.model.deployment.Manifests.withModule;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestParserTest {

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1", "1.1.0", "1.0.5"})
    void known_versions_are_accepted(String version) {
        assertThat(accepted(withModule(GOOD_MODULE).put("schemaVersion", version))
                        .schemaVersion())
                .isEqualTo(version);
    }

    @Test
    void defaults_are_the_contracts() {
        DeploymentManifest manifest = accepted(withModule(GOOD_MODULE));

        DesiredModule m = manifest.module("m").orElseThrow();
        assertThat(m)
                .isEqualTo(new DesiredModule(
                        "m",
                        "",
                        RuntimeStatus.RUNNING,
                        RestartPolicy.ON_UNHEALTHY,
                        ImagePullPolicy.ON_CREATE,
                        4_294_967_295L,
                        Map.of(),
                        "a/m:1",
                        CreateOptions.none(),
                        null));
        assertThat(manifest.module("edgeHub").orElseThrow().restartPolicy()).isEqualTo(RestartPolicy.ALWAYS);
        assertThat(manifest.module("edgeAgent").orElseThrow().startupOrder()).isZero();
        assertThat(manifest.runtime()).isEqualTo(new RuntimeSpec("", "", Map.of()));
    }

    @Test
    void the_agents_own_status_policy_and_order_have_no_effect() {
        var desired = withModule(GOOD_MODULE);
        desired.withObject("/systemModules/edgeAgent")
                .put("status", "nonsense")
                .put("restartPolicy", "never")
                .put("startupOrder", -5);

        DesiredModule agent = accepted(desired).module("edgeAgent").orElseThrow();

        assertThat(agent.status()).isEqualTo(RuntimeStatus.RUNNING);
        assertThat(agent.restartPolicy()).isEqualTo(RestartPolicy.ALWAYS);
        assertThat(agent.startupOrder()).isZero();
    }

    @Test
    void names_of_members_and_words_are_matched_in_any_case() {
        DesiredModule m = accepted(withModule("""
                        "TYPE":"docker","Status":"Stopped","restartpolicy":"On-Failure","ImagePullPolicy":"NEVER",
                        "settings":{"Image":"a/m","CREATEOPTIONS":"{\\"a\\":1","createoptions01":"}"}""")).module("m").orElseThrow();

        assertThat(m.status()).isEqualTo(RuntimeStatus.STOPPED);
        assertThat(m.restartPolicy()).isEqualTo(RestartPolicy.ON_FAILURE);
        assertThat(m.imagePullPolicy()).isEqualTo(ImagePullPolicy.NEVER);
        assertThat(m.createOptions().text()).isEqualTo("{\"a\":1}");
    }

    @Test
    void scalars_in_the_environment_become_texts() {
        DesiredModule m = accepted(withModule(GOOD_MODULE + """
                        ,"env":{"N":{"value":-1},"B":{"value":true},"S":{"value":"x"},"Z":{"value":null},"E":{}}""")).module("m").orElseThrow();

        assertThat(m.env())
                .containsExactly(
                        Map.entry("N", "-1"),
                        Map.entry("B", "true"),
                        Map.entry("S", "x"),
                        Map.entry("Z", ""),
                        Map.entry("E", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "a/b, a/b:latest",
        "' a/b:1 ', a/b:1",
        "registry:5000/a/b, registry:5000/a/b:latest",
        "registry:5000/a/b:2, registry:5000/a/b:2",
        "a@sha256:0123, a@sha256:0123",
        "r/a/b@sha256:0123, r/a/b@sha256:0123",
        "$upstream:443/a/b:1, $upstream:443/a/b:1",
    })
    void images_are_trimmed_and_tagged(String image, String expected) {
        assertThat(ImageReference.normalise(image)).contains(expected);
    }

    @Test
    void no_create_options_has_many_spellings() {
        for (String settings : List.of(
                "",
                ",\"createOptions\":\"\"",
                ",\"createOptions\":\"null\"",
                ",\"createOptions\":\"{}\"",
                ",\"createOptions\":null",
                ",\"createOptions\":{}")) {
            DesiredModule m =
                    accepted(withModule("""
                            "type":"docker","status":"running","settings":{"image":"a/m:1"%s}""".formatted(settings))).module("m").orElseThrow();
            assertThat(m.createOptions()).isEqualTo(CreateOptions.none());
        }
    }

    @Test
    void unknown_names_have_no_effect_and_are_named_with_the_likely_meaning() {
        var desired = withModule(GOOD_MODULE + ",\"restartPolicies\":\"always\",\"zzz\":1");
        desired.put("extra", 1);
        desired.putObject("integrity");

        var parsed = (ParsedManifest.Accepted) ManifestParser.parse(desired);

        assertThat(parsed.unknownNames()).containsExactly("/modules/m/restartPolicies", "/modules/m/zzz", "/extra");
        assertThat(((ParsedManifest.Accepted) ManifestParser.parse(withModule(GOOD_MODULE + ",\"enw\":{}")))
                        .unknownNames())
                .containsExactly("/modules/m/enw (did you mean \"env\"?)");
    }

    @Test
    void the_parents_name_takes_the_place_of_upstream() {
        var desired = json(DeploymentFileTest.agentDesired("05-registry-credentials"));

        DeploymentManifest manifest = accepted(desired).withParentHost("parent.plant");

        assertThat(manifest.module("nestedModule").orElseThrow().image())
                .isEqualTo("parent.plant:443/edge/proxy-client:1.0");
        assertThat(manifest.runtime().registryCredentials().get("parent").address())
                .isEqualTo("parent.plant:443");
        assertThat(manifest.module("plantModule").orElseThrow().image()).startsWith("registry.example.com/");
    }

    @Test
    void credentials_are_chosen_by_the_images_registry() {
        Map<String, RegistryCredential> credentials = accepted(
                        json(DeploymentFileTest.agentDesired("05-registry-credentials")))
                .runtime()
                .registryCredentials();
        var hub = Map.of("h", new RegistryCredential("https://index.docker.io/v1/", "u", "p"));

        assertThat(ImageReference.credentialFor("Registry.Example.com/x:1", credentials))
                .get()
                .extracting(RegistryCredential::username)
                .isEqualTo("edge-pull");
        assertThat(ImageReference.credentialFor("lab.example.com/x:1", credentials))
                .isEmpty();
        assertThat(ImageReference.credentialFor("lab.example.com:5000/x:1", credentials))
                .isPresent();
        assertThat(ImageReference.credentialFor("user/img:1", hub)).isPresent();
        assertThat(ImageReference.credentialFor("img:1", hub)).isEmpty();
    }

    @Test
    void texts_hide_passwords() {
        assertThat(new RegistryCredential("a", "u", "secret"))
                .hasToString("RegistryCredential[address=a, username=u, password=<redacted>]");
    }
}

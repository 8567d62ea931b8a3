package kant.edgeagent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.daemonapi.management.PullPolicy;
import kant.edgeagent.plan.Fingerprint;
import kant.edgeagent.plan.Labels;
import kant.model.deployment.CreateOptions;
import kant.model.deployment.DesiredModule;
import kant.model.deployment.ImagePullPolicy;
import kant.model.deployment.RegistryCredential;
import kant.model.deployment.RestartPolicy;
import kant.model.deployment.RuntimeSpec;
import kant.model.deployment.RuntimeStatus;
import org.junit.jupiter.api.Test;

/** What is injected into modules; checklist D of reference/agent.md §12. */
class SpecWriterTest {
    private static final RuntimeSpec RUNTIME = new RuntimeSpec("", "", Map.of());

    @Test
    void check_66_a_user_module_gets_exactly_the_contracts_variables() throws IOException {
        assertThat(full(module("m", Map.of("A", "b"), "{}")).env())
                .containsExactly(
                        Map.entry("A", "b"),
                        Map.entry("IOTEDGE_WORKLOADURI", "unix:///run/workload.sock"),
                        Map.entry("IOTEDGE_AUTHSCHEME", "sasToken"),
                        Map.entry("IOTEDGE_MODULEGENERATIONID", "g7"),
                        Map.entry("IOTEDGE_IOTHUBHOSTNAME", "hub.test"),
                        Map.entry("IOTEDGE_DEVICEID", "d"),
                        Map.entry("IOTEDGE_MODULEID", "m"),
                        Map.entry("IOTEDGE_APIVERSION", "2022-08-03"),
                        Map.entry("IOTEDGE_GATEWAYHOSTNAME", "edge.test"),
                        Map.entry("RuntimeLogLevel", "Debug"),
                        Map.entry("UpstreamProtocol", "Mqtt"));
    }

    @Test
    void check_67_the_hub_gets_the_devices_name_and_kants_settings_but_no_gateway() throws IOException {
        Map<String, String> env = full(module("edgeHub", Map.of(), "{}")).env();

        assertThat(env)
                .containsEntry("EdgeDeviceHostName", "edge.test")
                .containsEntry("IOTEDGE_MODULEID", "$edgeHub")
                .containsEntry("KANT_LISTEN_ADDRESS", "127.0.0.1")
                .doesNotContainKeys("IOTEDGE_GATEWAYHOSTNAME", "IOTEDGE_MANAGEMENTURI", "NetworkId");
    }

    @Test
    void check_68_a_nested_device_names_its_parent() throws IOException {
        var nested = new SpecWriter(given("parent.test", "net"), new Fingerprint(Map.of()));

        assertThat(nested.full(module("m", Map.of(), "{}"), RUNTIME, "g").env())
                .containsEntry("IOTEDGE_GATEWAYHOSTNAME", "edge.test")
                .containsEntry("IOTEDGE_PARENTHOSTNAME", "parent.test");
        assertThat(nested.full(module("edgeHub", Map.of(), "{}"), RUNTIME, "g").env())
                .containsEntry("IOTEDGE_GATEWAYHOSTNAME", "parent.test")
                .doesNotContainKey("IOTEDGE_PARENTHOSTNAME");
    }

    @Test
    void check_69_the_manifest_may_set_level_and_protocol_but_not_the_runtimes_own_names() throws IOException {
        Map<String, String> env = full(module("m", Map.of("RuntimeLogLevel", "x", "upstreamprotocol", "y"), "{}"))
                .env();

        assertThat(env).containsEntry("RuntimeLogLevel", "x").containsEntry("upstreamprotocol", "y");
        assertThat(env).doesNotContainKey("UpstreamProtocol");
        assertThatThrownBy(() -> full(module("m", Map.of("IOTEDGE_DEVICEID", "other"), "{}")))
                .hasMessageContaining("duplicate env var key: IOTEDGE_DEVICEID");
    }

    @Test
    void the_agent_gets_what_it_was_given_itself() throws IOException {
        ModuleSpec agent = full(module("edgeAgent", Map.of("X", "1"), "{\"User\":\"7\"}"));

        assertThat(agent.env())
                .containsEntry("Mode", "iotedged")
                .containsEntry("IOTEDGE_MANAGEMENTURI", "unix:///run/mgmt.sock")
                .containsEntry("IOTEDGE_WORKLOADLISTEN_MNTURI", "unix:///run/mnt")
                .containsEntry("NetworkId", "net")
                .containsEntry("KANT_LISTEN_ADDRESS", "127.0.0.1");
        assertThat(agent.createOptions().at("/HostConfig/Binds").toString())
                .isEqualTo("[\"/run/mnt/edgeAgent.sock:/run/workload.sock\",\"/run/mgmt.sock:/run/mgmt.sock\"]");
        ObjectNode labels = (ObjectNode) agent.createOptions().get("Labels");
        assertThat(labels.get(Labels.CREATE_OPTIONS).asText()).isEqualTo("{\"User\":\"7\"}");
        assertThat(labels.get(Labels.ENV).asText()).isEqualTo("{\"X\":{\"value\":\"1\"}}");
    }

    @Test
    void check_70_and_71_labels_and_binds_of_the_user_stay() throws IOException {
        ObjectNode options = full(module("m", Map.of(), """
                        {"Labels":{"mine":"1"},"HostConfig":{"Binds":["/a:/b"],"Unknown":7},"StopTimeout":25}""")).createOptions();

        assertThat(options.at("/Labels/mine").asText()).isEqualTo("1");
        assertThat(options.at("/Labels/" + Labels.FINGERPRINT).asText()).hasSize(64);
        assertThat(options.at("/HostConfig/Binds").toString())
                .isEqualTo("[\"/a:/b\",\"/run/mnt/m.sock:/run/workload.sock\"]");
        assertThat(options.at("/HostConfig/Unknown").asInt()).isEqualTo(7);
        assertThat(options.at("/StopTimeout").asInt()).isEqualTo(25);
    }

    @Test
    void check_72_networks_are_attached_unless_the_user_names_some() throws IOException {
        assertThat(full(module("m", Map.of(), "{}"))
                        .createOptions()
                        .get("NetworkingConfig")
                        .toString())
                .isEqualTo("{\"EndpointsConfig\":{\"net\":{}}}");
        assertThat(full(module("edgeHub", Map.of(), "{}"))
                        .createOptions()
                        .get("NetworkingConfig")
                        .toString())
                .isEqualTo("{\"EndpointsConfig\":{\"net\":{\"Aliases\":[\"edge.test\"]}}}");
        assertThat(full(module("edgeHub", Map.of(), "{\"NetworkingConfig\":{\"EndpointsConfig\":{\"own\":{}}}}"))
                        .createOptions()
                        .get("NetworkingConfig")
                        .toString())
                .isEqualTo("{\"EndpointsConfig\":{\"own\":{}}}");
    }

    @Test
    void the_engines_own_host_network_is_a_mode_and_no_network_is_none() throws IOException {
        var host = new SpecWriter(given(null, "host"), new Fingerprint(Map.of()));
        var none = new SpecWriter(given(null, null), new Fingerprint(Map.of()));

        ObjectNode options =
                host.full(module("edgeHub", Map.of(), "{}"), RUNTIME, "g").createOptions();
        assertThat(options.at("/HostConfig/NetworkMode").asText()).isEqualTo("host");
        assertThat(options.has("NetworkingConfig")).isFalse();
        assertThat(none.full(module("m", Map.of(), "{}"), RUNTIME, "g")
                        .createOptions()
                        .has("NetworkingConfig"))
                .isFalse();
    }

    @Test
    void options_of_another_type_at_our_places_are_told() {
        for (String options :
                new String[] {"{\"Labels\":[]}", "{\"HostConfig\":7}", "{\"HostConfig\":{\"Binds\":{}}}"}) {
            assertThatThrownBy(() -> full(module("m", Map.of(), options))).hasMessageContaining("createOptions: \"");
        }
    }

    @Test
    void check_56_credentials_policy_and_digest_come_along() throws IOException {
        var runtime = new RuntimeSpec("", "", Map.of("c", new RegistryCredential("r.test:5000", "u", "p")));
        var wish = new DesiredModule(
                "m",
                "",
                RuntimeStatus.RUNNING,
                RestartPolicy.ALWAYS,
                ImagePullPolicy.NEVER,
                0,
                Map.of(),
                "R.test:5000/a:1",
                CreateOptions.none(),
                "sha256:1");

        ModuleSpec spec = writer().full(wish, runtime, "g");

        assertThat(spec.auth()).isNotNull();
        assertThat(spec.auth().username()).isEqualTo("u");
        assertThat(spec.pullPolicy()).isEqualTo(PullPolicy.NEVER);
        assertThat(spec.digest()).isEqualTo("sha256:1");
        assertThat(full(module("m", Map.of(), "{}")).auth()).isNull();
    }

    private static ModuleSpec full(DesiredModule wish) throws IOException {
        return writer().full(wish, RUNTIME, "g7");
    }

    private static SpecWriter writer() {
        return new SpecWriter(given(null, "net"), new Fingerprint(Map.of()));
    }

    private static ModuleEnvironment given(String parentHost, String network) {
        return new ModuleEnvironment(
                "hub.test",
                "d",
                "edge.test",
                parentHost,
                "2022-08-03",
                "sasToken",
                "unix:///run/workload.sock",
                "unix:///run/mnt",
                "unix:///run/mgmt.sock",
                network,
                "Debug",
                "Mqtt",
                Map.of("KANT_LISTEN_ADDRESS", "127.0.0.1"));
    }

    private static DesiredModule module(String name, Map<String, String> env, String options) throws IOException {
        return new DesiredModule(
                name,
                "",
                RuntimeStatus.RUNNING,
                RestartPolicy.ALWAYS,
                ImagePullPolicy.ON_CREATE,
                0,
                new LinkedHashMap<>(env),
                "a/b:1",
                CreateOptions.parse(options),
                null);
    }
}

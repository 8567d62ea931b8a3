package kant.iothub.deploy;

import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import kant.iothub.error.HubRefusedException;
import kant.iothub.fixture.Parts;
import kant.iothub.registry.DeviceJson;
import kant.iothub.registry.IfMatch;
import kant.iothub.registry.Module;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeployerTest {
    private static final IdentityId AGENT = IdentityId.module("edge", "$edgeAgent");

    @TempDir
    private Path directory;

    private Parts parts;

    @BeforeEach
    void start() throws Exception {
        parts = new Parts(directory);
        create("edge", "{'capabilities':{'iotEdge':true}}");
        create("plain", "{}");
    }

    @AfterEach
    void stop() throws Exception {
        parts.close();
    }

    @Test
    void modules_that_are_named_or_to_be_run_are_created_without_keys() throws Exception {
        apply("{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{'sensor':{}}}},"
                + "'filter':{'properties.desired':{'threshold':25}}}}");

        assertThat(parts.registry.modules("edge"))
                .extracting(module -> module.id().moduleId())
                .containsExactly("$edgeAgent", "$edgeHub", "filter", "sensor");
        Module filter = parts.registry.module(IdentityId.module("edge", "filter"));
        assertThat(filter.managedBy()).isEqualTo("IotEdge");
        assertThat(filter.authentication().type().text()).isEqualTo("none");
        assertThat(parts.twins.properties(filter.id()).desired()).isEqualTo(json("{'threshold':25}"));
    }

    @Test
    void desired_properties_are_replaced_and_the_difference_told_and_others_left_alone() throws Exception {
        apply("{'content':{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{'a':{'v':1},'b':{}}}},"
                + "'$edgeHub':{'properties.desired':{'routes':{}}}}}}");
        parts.told.lines.clear();

        apply("{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{'a':{'v':2}}}}}}");

        assertThat(parts.told.lines)
                .containsExactly("desired edge/$edgeAgent {\"modules\":{\"b\":null,\"a\":{\"v\":2}}} v3");
        assertThat(parts.twins.properties(AGENT).desired()).isEqualTo(json("{'modules':{'a':{'v':2}}}"));
    }

    @Test
    void the_same_again_changes_no_version_and_wakes_nobody() throws Exception {
        String manifest = "{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{'a':{}}}}}}";
        apply(manifest);
        long version = parts.twins.properties(AGENT).desiredVersion();
        parts.told.lines.clear();

        apply(manifest);

        assertThat(parts.twins.properties(AGENT).desiredVersion()).isEqualTo(version);
        assertThat(parts.told.lines).isEmpty();
    }

    @Test
    void one_bad_module_and_nothing_is_applied() throws Exception {
        assertThatThrownBy(() -> apply("{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{'a':{}}}},"
                        + "'bad':{'properties.desired':{'a.b':1}}}}"))
                .isInstanceOf(HubRefusedException.class)
                .hasMessageContaining("edge/bad")
                .hasMessageContaining("a.b");

        assertThat(parts.twins.properties(AGENT).desiredVersion()).isEqualTo(1);
        assertThat(parts.registry.modules("edge")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                              | modulesContent
            {'modulesContent':{}}                                           | at least one module
            {'modulesContent':[]}                                           | must be an object
            {'modulesContent':{'$edgeAgent':{}}}                            | needs "properties.desired"
            {'modulesContent':{'$edgeAgent':{'properties.desired':null}}}   | needs "properties.desired"
            {'modulesContent':{'m':7}}                                      | modulesContent.m must be an object
            {'modulesContent':{'m':{'properties.desired.x':1}}}             | layered deployments
            {'modulesContent':{'a/b':{'properties.desired':{}}}}            | contains '/'
            {'deviceContent':{'properties.desired.x':1}}                    | cannot be applied to a single device
            """)
    void content_that_is_not_a_deployment_is_refused(String body, String reason) {
        assertThatThrownBy(() -> apply(body))
                .isInstanceOf(HubRefusedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void a_device_that_is_no_edge_device_or_not_there_is_refused() {
        var content = "{'modulesContent':{'m':{'properties.desired':{}}}}";

        assertThatThrownBy(() -> apply("plain", content)).hasMessageContaining("not an edge device");
        assertThatThrownBy(() -> apply("nobody", content)).hasMessageContaining("not registered");
    }

    private void apply(String content) throws Exception {
        apply("edge", content);
    }

    private void apply(String device, String content) throws Exception {
        parts.deployer.apply(device, ConfigurationContent.parse(json(content)));
    }

    private void create(String id, String body) throws Exception {
        parts.registry.putDevice(id, new IfMatch.Absent(), DeviceJson.draft(id, json(body)));
    }
}

package kant.model.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import kant.model.error.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentFileTest {

    static String agentDesired(String sample) {
        return Manifests.json(Manifests.sample(sample))
                .at("/modulesContent/$edgeAgent/properties.desired")
                .toString();
    }

    @ParameterizedTest
    @CsvSource({
        "01-minimal, 2",
        "02-sensor-filter-upstream, 4",
        "03-all-policies, 15",
        "04-startup-order, 8",
        "05-registry-credentials, 6",
        "07-size-and-chunks, 3",
    })
    void every_sample_is_a_deployment_without_warnings(String sample, int modules) throws RefusedException {
        DeploymentFile file = DeploymentFile.parse(Manifests.sample(sample));

        assertThat(file.manifest()).isNotNull();
        assertThat(file.manifest().modules()).hasSize(modules);
        assertThat(file.warnings()).isEmpty();
        assertThat(file.desired("$edgeHub")).isPresent();
        assertThat(DeploymentFile.of(file.content())).isEqualTo(file);
    }

    @Test
    void layers_have_paths_and_no_manifest() throws RefusedException {
        for (JsonNode layer : Manifests.json(Manifests.sample("06-layered")).get("configurations")) {
            DeploymentFile file = DeploymentFile.parse(layer.toString());

            assertThat(file.manifest() == null)
                    .isEqualTo(layer.path("id").asText().startsWith("layer"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"modulesContent\":", "not json", "{\"modulesContent\":{},}", "{} x"})
    void what_is_not_json_is_refused(String text) {
        assertThatThrownBy(() -> DeploymentFile.parse(text)).isInstanceOf(RefusedException.class);
    }

    @Test
    void a_syntax_error_is_told_with_line_and_column() {
        assertThatThrownBy(() -> DeploymentFile.parse("{\n  \"modulesContent\": {\n    oops\n  }\n}"))
                .hasMessageContaining("not JSON: line 3, column ");
        assertThatThrownBy(() -> DeploymentFile.parse("{} x")).hasMessageContaining("line 1, column 4");
        assertThatThrownBy(() -> DeploymentFile.parse("{\"a\":1,\n\"a\":2}"))
                .hasMessageContaining("line 2")
                .hasMessageContaining("Duplicate");
    }

    @Test
    void other_documents_are_refused_with_what_they_have() {
        assertThatThrownBy(() -> DeploymentFile.parse("[]")).hasMessageContaining("not an object");
        assertThatThrownBy(() -> DeploymentFile.parse("{\"modules\":{}}"))
                .hasMessageContaining("no object \"modulesContent\"")
                .hasMessageContaining("[modules]");
        assertThatThrownBy(() -> DeploymentFile.parse("{\"modulesContent\":{}}"))
                .hasMessageContaining("is empty");
        assertThatThrownBy(() -> DeploymentFile.parse("{\"modulesContent\":{\"$edgeAgent\":{\"desired\":{}}}}"))
                .hasMessageContaining("/modulesContent/$edgeAgent")
                .hasMessageContaining("\"desired\" is not known");
    }

    @Test
    void the_agents_part_is_checked_with_its_place() {
        String text =
                Manifests.sample("01-minimal").replace("\"schemaVersion\": \"1.0\"", "\"schemaVersion\": \"7.0\"");
        assertThatThrownBy(() -> DeploymentFile.parse(text))
                .hasMessageContaining("/modulesContent/$edgeAgent/properties.desired/schemaVersion")
                .hasMessageContaining("7.0 is not compatible");

        String noRuntime = Manifests.sample("01-minimal").replace("\"runtime\"", "\"runtine\"");
        assertThatThrownBy(() -> DeploymentFile.parse(noRuntime))
                .hasMessageContaining("/modulesContent/$edgeAgent/properties.desired/runtime: it is missing");
    }

    @Test
    void names_that_point_nowhere_are_warned_of() throws RefusedException {
        DeploymentFile file = DeploymentFile.parse("""
                {"content":{"modulesContent":{
                  "$edgeAgent":{"properties.desired":%s},
                  "$edgeHub":{"properties.desired":{"schemaVersion":"1.1","routes":{
                    "r":"FROM /messages/modules/sensr/* INTO BrokeredEndpoint(\\"/modules/filtr/inputs/in\\")"}}},
                  "sensr":{"properties.desired":{}}}}}
                """.formatted(
                        Manifests.withModule(Manifests.GOOD_MODULE).toString().replace("\"m\":", "\"sensor\":")));

        assertThat(file.warnings())
                .containsExactlyElementsOf(List.of(
                        "/modulesContent/sensr: the manifest has no such module (did you mean \"sensor\"?); its twin is written, but nothing runs",
                        "route \"r\" comes from module \"sensr\", which the manifest does not have (did you mean \"sensor\"?)",
                        "route \"r\" goes to module \"filtr\", which the manifest does not have"));
    }
}

package kant.model.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class CreateOptionsTest {

    @Test
    void chunks_are_short_numbered_and_give_the_same_options_again() throws Exception {
        for (int size : new int[] {0, 1, 400, 511, 512, 513, 2000, 20_000}) {
            ObjectNode json = JsonNodeFactory.instance.objectNode().put("long", "\"é\n".repeat(size));
            CreateOptions options = CreateOptions.of(json);

            var chunks = options.chunks();

            assertThat(chunks.keySet().iterator().next()).isEqualTo("createOptions");
            assertThat(chunks.values()).allMatch(c -> c.length() <= CreateOptions.CHUNK_CHARACTERS);
            assertThat(CreateOptions.parse(String.join("", chunks.values()))).isEqualTo(options);
        }
    }

    @Test
    void five_chunks_of_the_sample_are_one_document() {
        DesiredModule vendor = Manifests.accepted(Manifests.json(DeploymentFileTest.agentDesired("07-size-and-chunks")))
                .module("vendorApp")
                .orElseThrow();

        ObjectNode options = vendor.createOptions().json();

        assertThat(options.get("Env")).hasSize(24);
        assertThat(options.get("ExposedPorts")).hasSize(10);
        assertThat(options.get("StopTimeout").asInt()).isEqualTo(25);
        assertThat(vendor.createOptions().chunks()).hasSize(5);
    }

    @Test
    void a_hundred_chunks_are_read_and_one_more_is_not() {
        assertThat(Manifests.accepted(withChunks(100))
                        .module("m")
                        .orElseThrow()
                        .createOptions()
                        .text())
                .hasSize(100 * 10);
        assertThat(Manifests.refused(withChunks(101)).code()).isEqualTo(400);
    }

    private static ObjectNode withChunks(int count) {
        ObjectNode desired = Manifests.withModule(Manifests.GOOD_MODULE);
        String text = "{\"a\":\"" + "x".repeat(count * 10 - 8) + "\"}";
        ObjectNode settings = desired.withObject("/modules/m/settings");
        for (int i = 0; i < count; i++) {
            settings.put(
                    i == 0 ? "createOptions" : "createOptions%02d".formatted(i), text.substring(i * 10, i * 10 + 10));
        }
        return desired;
    }
}

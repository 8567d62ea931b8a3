package kant.iothub.deploy;

import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import kant.iothub.error.HubRefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LayeredContentTest {

    @Test
    void a_base_has_all_of_the_agents_properties_and_a_layer_has_not() throws Exception {
        assertThat(parse("{'$edgeAgent':{'properties.desired':{}}}").isBase()).isTrue();
        assertThat(parse("{'$edgeAgent':{'properties.desired.modules.a':{}}}").isBase())
                .isFalse();
        assertThat(parse("{'$edgeHub':{'properties.desired':{}}}").isBase()).isFalse();
    }

    @Test
    void a_path_replaces_what_is_there_with_all_below_and_leaves_its_neighbours() throws Exception {
        Map<String, ObjectNode> made = layers(
                "{'m':{'properties.desired':{'a':{'x':1,'y':2},'b':3}}}", "{'m':{'properties.desired.a':{'z':9}}}");

        assertThat(made).isEqualTo(Map.of("m", json("{'a':{'z':9},'b':3}")));
    }

    @Test
    void all_of_a_module_in_a_higher_layer_replaces_everything_lower() throws Exception {
        assertThat(layers("{'m':{'properties.desired':{'a':1}}}", "{'m':{'properties.desired':{'b':2}}}"))
                .isEqualTo(Map.of("m", json("{'b':2}")));
    }

    @Test
    void paths_are_made_where_nothing_or_something_else_is_and_null_removes() throws Exception {
        assertThat(layers(
                        "{'m':{'properties.desired':{'a':5,'gone':{'x':1}}}}",
                        "{'m':{'properties.desired.a.b.c':1,'properties.desired.gone.x':null},"
                                + "'n':{'properties.desired.deep.er':true}}"))
                .isEqualTo(Map.of("m", json("{'a':{'b':{'c':1}},'gone':{}}"), "n", json("{'deep':{'er':true}}")));
    }

    @Test
    void within_one_module_the_whole_comes_before_the_paths_however_they_are_written() throws Exception {
        assertThat(
                        layers(
                                "{'m':{'properties.desired.a.b':2,'properties.desired.a':{'c':3},'properties.desired':{'x':1}}}"))
                .isEqualTo(Map.of("m", json("{'x':1,'a':{'c':3,'b':2}}")));
    }

    @Test
    void what_is_laid_above_does_not_change_what_is_below() throws Exception {
        LayeredContent base = parse("{'m':{'properties.desired':{'a':{'x':1}}}}");
        LayeredContent layer = parse("{'m':{'properties.desired.a.y':2}}");
        for (int i = 0; i < 2; i++) {
            Map<String, ObjectNode> desired = new LinkedHashMap<>();
            base.putOn(desired);
            assertThat(desired).isEqualTo(Map.of("m", json("{'a':{'x':1}}")));
            layer.putOn(desired);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'m':7}                                                   | must be an object
            {'m':{}}                                                  | must be an object
            {'m':{'properties.desired':null}}                         | with an object in it
            {'m':{'properties.desired':[1]}}                          | with an object in it
            {'m':{'properties.reported':{}}}                          | can be set
            {'m':{'properties.desired.':1}}                           | can be set
            {'m':{'properties.desired..a':1}}                         | can be set
            {'m':{'properties.desiredx':1}}                           | can be set
            {'m':{'a':1}}                                             | can be set
            {'a/b':{'properties.desired':{}}}                         | module id "a/b" is not usable
            {'$edgeAgent':{'properties.desired.modules.a b':{}}}      | $ space or a control
            {'$edgeAgent':{'properties.desired.modules':{'a/b':{}}}}  | module id "a/b" is not usable
            {'m':{'properties.desired':{'a':{'b c':1}}}}              | modulesContent.m
            """)
    void what_no_twin_could_have_is_refused_with_its_place(String content, String reason) {
        assertThatThrownBy(() -> parse(content))
                .isInstanceOf(HubRefusedException.class)
                .hasMessageContaining(reason);
    }

    private static LayeredContent parse(String content) throws HubRefusedException {
        return LayeredContent.parse(json(content));
    }

    private static Map<String, ObjectNode> layers(String... contents) throws HubRefusedException {
        Map<String, ObjectNode> desired = new LinkedHashMap<>();
        for (String content : contents) {
            parse(content).putOn(desired);
        }
        return desired;
    }
}

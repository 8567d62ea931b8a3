package kant.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kant.model.identity.IdentityId;
import kant.model.message.Message;
import kant.model.message.SystemProperties;
import kant.model.twin.TwinProperties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Conditions on the sender's {@code $twin}, as in IoT Hub's own routes (the original's edge hub has none). */
class TwinConditionTest {
    private static final IdentityId LEAF = IdentityId.device("leaf1");

    private final List<IdentityId> asked = new ArrayList<>();
    private Map<IdentityId, TwinProperties> twins = Map.of();

    @BeforeEach
    void start() throws Exception {
        twins = Map.of(
                LEAF,
                twin(
                        "{'desired':{'site':'north','n':{'list':[1,7]},'$version':4},'reported':{'on':true,'$version':9}}"));
    }

    private static TwinProperties twin(String json) throws Exception {
        return TwinProperties.parse((ObjectNode) new JsonMapper().readTree(json.replace('\'', '"')));
    }

    private boolean matches(String condition, Message message) throws Exception {
        return Conditions.where(condition).matches(message, id -> {
            asked.add(id);
            return Optional.ofNullable(twins.get(id));
        });
    }

    @Test
    void desired_and_reported_properties_of_the_sender_are_seen() throws Exception {
        Message message = Given.leaf().message();

        assertThat(matches("$twin.properties.desired.site = 'north'", message)).isTrue();
        assertThat(matches("{ $Twin.Properties.Desired.n.list[1] } = 7", message))
                .isTrue();
        assertThat(matches("$twin.properties.reported.on", message)).isTrue();
        assertThat(matches("$twin.properties.desired.$version + $twin.properties.reported.$version = 13", message))
                .isTrue();
    }

    @Test
    void a_missing_path_is_null_and_an_object_undefined_as_in_a_body() throws Exception {
        Message message = Given.leaf().message();

        assertThat(matches("$twin.properties.desired.Site = null", message)).isTrue();
        assertThat(matches("is_defined($twin.properties.desired.n)", message)).isFalse();
    }

    @Test
    void a_twin_that_is_not_known_makes_every_path_undefined() throws Exception {
        Message message = Given.module("m").message();

        assertThat(matches("is_defined($twin.properties.desired.site)", message))
                .isFalse();
        assertThat(matches("$twin.properties.desired.site = null", message)).isFalse();
    }

    @Test
    void the_twin_of_a_twin_change_is_that_of_who_reported() throws Exception {
        Message message = Given.twinChange()
                .system(SystemProperties.REPORTING_DEVICE_ID, "leaf1")
                .message();

        assertThat(matches("$twin.properties.desired.site = 'north'", message)).isTrue();
        assertThat(asked).containsExactly(LEAF);
    }

    @Test
    void the_twin_is_read_once_and_only_where_a_route_asks_for_it() throws Exception {
        assertThat(matches(
                        "a = 'x' and $twin.properties.desired.site = 'north'",
                        Given.leaf().message()))
                .isFalse();
        assertThat(asked).isEmpty();

        String both = "$twin.properties.desired.site = 'north' and $twin.properties.reported.on = true";
        assertThat(matches(both, Given.leaf().message())).isTrue();
        assertThat(asked).containsExactly(LEAF);
    }

    @Test
    void an_application_property_of_that_name_wins_unless_braced() throws Exception {
        Message message =
                Given.leaf().with("$twin.properties.desired.site", "own").message();

        assertThat(matches("$twin.properties.desired.site = 'own'", message)).isTrue();
        assertThat(matches("{$twin.properties.desired.site} = 'north'", message))
                .isTrue();
    }

    @Test
    void what_an_edge_does_not_know_of_a_twin_is_a_compile_error() {
        for (String name : List.of("$twin", "$twin.tags.site", "$twin.deviceId", "$twin.properties.desired.")) {
            assertThat(Conditions.errors("is_defined(" + name + ")")).as(name).hasSize(1);
        }
        assertThat(Conditions.refusal("FROM /* WHERE $twin.tags.site = 'x' INTO $upstream"))
                .contains("columns 15-30: Invalid system property '$twin.tags.site' (of a twin the edge knows"
                        + " $twin.properties.desired.<path> and $twin.properties.reported.<path>, no tags)");
        assertThat(Conditions.errors("$twins = 'x'")).isEmpty();
    }
}

package kant.iothub.twin;

import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TwinLimitsTest {

    @ParameterizedTest
    @ValueSource(strings = {"a.b", "a$b", "$version", "a b", "", "a\\u0007b"})
    void names_with_reserved_characters_are_refused(String name) {
        assertRefused(json("{'ok':{'" + name + "':1}}"), "name");
    }

    @Test
    void ten_levels_are_allowed_and_eleven_are_not() {
        assertThatCode(() -> TwinLimits.REPORTED.checkPatch(nested(10))).doesNotThrowAnyException();

        assertRefused(nested(11), "nested deeper than 10");
    }

    @Test
    void a_string_has_4096_bytes_at_most() {
        assertThatCode(() -> TwinLimits.REPORTED.checkPatch(Json.object().put("a", "x".repeat(4096))))
                .doesNotThrowAnyException();

        assertRefused(Json.object().put("a", "x".repeat(4097)), "4097 bytes");
        assertRefused(Json.object().put("a", "é".repeat(2049)), "4098 bytes");
    }

    @Test
    void an_integer_has_52_bits_and_a_sign() {
        assertThatCode(() -> TwinLimits.REPORTED.checkPatch(json("{'a':4503599627370495,'b':-4503599627370496}")))
                .doesNotThrowAnyException();

        assertRefused(json("{'a':4503599627370496}"), "integer outside");
        assertRefused(json("{'a':99999999999999999999999}"), "integer outside");
    }

    @Test
    void null_is_a_deletion_and_no_value_of_an_array() {
        assertThatCode(() -> TwinLimits.REPORTED.checkPatch(json("{'a':null}"))).doesNotThrowAnyException();

        assertRefused(json("{'a':[1,null]}"), "reported.a[1] is null");
    }

    @Test
    void a_section_counts_names_and_values_and_is_bounded() {
        ObjectNode seven = Json.object();
        for (int i = 0; i < 7; i++) {
            seven.put("k" + i, "x".repeat(4094));
        }
        assertThatCode(() -> TwinLimits.DESIRED.checkSize(seven)).doesNotThrowAnyException();

        ObjectNode eight = seven.deepCopy().put("k8", "x".repeat(4094)).put("k9", true);
        assertThatThrownBy(() -> TwinLimits.DESIRED.checkSize(eight))
                .hasMessageContaining("32774 bytes, 32768 are allowed");
        assertThatThrownBy(() -> TwinLimits.TAGS.checkSize(seven)).hasMessageContaining("8192 are allowed");
    }

    private static ObjectNode nested(int levels) {
        ObjectNode root = Json.object();
        ObjectNode at = root;
        for (int i = 1; i < levels; i++) {
            at = at.putObject("n");
        }
        at.put("leaf", 1);
        return root;
    }

    private static void assertRefused(ObjectNode patch, String reason) {
        assertThatThrownBy(() -> TwinLimits.REPORTED.checkPatch(patch))
                .isInstanceOfSatisfying(
                        HubRefusedException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ARGUMENT_INVALID))
                .hasMessageContaining(reason);
    }
}

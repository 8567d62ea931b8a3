package kant.model.deployment;

import static kant.model.deployment.Manifests.GOOD_MODULE;
import static kant.model.deployment.Manifests.json;
import static kant.model.deployment.Manifests.refused;
import static kant.model.deployment.Manifests.withModule;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The refusal matrix of reference/agent.md §1.6 and checklist 3 to 17. */
class ManifestRefusalTest {

    @Test
    void an_empty_document_is_417_with_the_contracts_text() {
        ManifestRefusal refusal = refused(json("{}"));

        assertThat(refusal.code()).isEqualTo(417);
        assertThat(refusal.text())
                .isEqualTo(
                        "This device has an empty configuration for the edge agent. Please set a deployment manifest.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "2.0", "0.9", "1.1.0.1", "1.1.1"})
    void a_version_that_is_not_ours_is_412_incompatible(String version) {
        ManifestRefusal refusal = refused(withVersion(version));

        assertThat(refusal.code()).isEqualTo(412);
        assertThat(refusal.text())
                .isEqualTo("The desired properties schema version " + version
                        + " is not compatible with the expected version 1.1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1", "1.x", "1..0", "-1.0", "1.0.0.0.0", "99999999999.0"})
    void a_version_that_is_none_is_412_invalid(String version) {
        ManifestRefusal refusal = refused(withVersion(version));

        assertThat(refusal.code()).isEqualTo(412);
        assertThat(refusal.text()).isEqualTo("Invalid desired properties schema version " + version);
    }

    @Test
    void a_malformed_document_of_an_unknown_version_is_malformed() {
        ObjectNode desired = withVersion("9.0");
        desired.remove("runtime");

        assertThat(refused(desired).code()).isEqualTo(400);
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void a_malformed_document_is_400_with_place_and_constant_text(ObjectNode desired, String pointer) {
        ManifestRefusal refusal = refused(desired);

        assertThat(refusal.code()).isEqualTo(400);
        assertThat(refusal.description()).isEqualTo("Agent configuration format is invalid.");
        assertThat(refusal.pointer()).isEqualTo(pointer);
        assertThat(refusal.detail()).isNotBlank();
        assertThat(refusal.text()).startsWith(refusal.description()).contains(pointer);
    }

    static Stream<Arguments> malformed() {
        String image = "/modules/m/settings/image";
        String options = "/modules/m/settings/createOptions";
        return Stream.of(
                Arguments.of(without("schemaVersion"), "/schemaVersion"),
                Arguments.of(without("runtime"), "/runtime"),
                Arguments.of(without("systemModules"), "/systemModules"),
                Arguments.of(with("runtime", "null"), "/runtime"),
                Arguments.of(with("runtime", "[]"), "/runtime"),
                Arguments.of(with("runtime", "{\"type\":\"k8s\"}"), "/runtime/type"),
                Arguments.of(with("runtime", "{}"), "/runtime/type"),
                Arguments.of(
                        credential("{\"address\":\"r\",\"username\":\"u\"}"),
                        "/runtime/settings/registryCredentials/c/password"),
                Arguments.of(
                        credential("{\"address\":\"\",\"username\":\"u\",\"password\":\"p\"}"),
                        "/runtime/settings/registryCredentials/c/address"),
                Arguments.of(with("modules", "7"), "/modules"),
                Arguments.of(with("modules", "{\"m\":null}"), "/modules/m"),
                Arguments.of(with("modules", "{\"a/b~c\":1}"), "/modules/a~1b~0c"),
                Arguments.of(module("type", "\"Docker\""), "/modules/m/type"),
                Arguments.of(module("status", null), "/modules/m/status"),
                Arguments.of(module("status", "\"asleep\""), "/modules/m/status"),
                Arguments.of(module("restartPolicy", "null"), "/modules/m/restartPolicy"),
                Arguments.of(module("restartPolicy", "\"sometimes\""), "/modules/m/restartPolicy"),
                Arguments.of(module("imagePullPolicy", "\"always\""), "/modules/m/imagePullPolicy"),
                Arguments.of(module("startupOrder", "-1"), "/modules/m/startupOrder"),
                Arguments.of(module("startupOrder", "4294967296"), "/modules/m/startupOrder"),
                Arguments.of(module("startupOrder", "99999999999999999999"), "/modules/m/startupOrder"),
                Arguments.of(module("startupOrder", "1.5"), "/modules/m/startupOrder"),
                Arguments.of(module("startupOrder", "null"), "/modules/m/startupOrder"),
                Arguments.of(module("env", "[]"), "/modules/m/env"),
                Arguments.of(module("env", "{\"K\":\"v\"}"), "/modules/m/env/K"),
                Arguments.of(module("env", "{\"K\":{\"value\":{}}}"), "/modules/m/env/K/value"),
                Arguments.of(module("settings", null), "/modules/m/settings"),
                Arguments.of(settings("\"image\":\"\""), image),
                Arguments.of(settings("\"image\":\"  \""), image),
                Arguments.of(settings("\"image\":null"), image),
                Arguments.of(settings("\"image\":\"a:1@sha256:ab\""), image),
                Arguments.of(settings("\"image\":\"a/\""), image),
                Arguments.of(settings("\"image\":\"a:1\",\"createOptions\":\"{\""), options),
                Arguments.of(settings("\"image\":\"a:1\",\"createOptions\":\"[]\""), options),
                Arguments.of(settings("\"image\":\"a:1\",\"createOptions\":7"), options),
                Arguments.of(
                        settings("\"image\":\"a:1\",\"createOptions\":\"{\",\"createOptions02\":\"}\""),
                        options + "02"),
                Arguments.of(settings("\"image\":\"a:1\",\"createOptions01\":\"{}\""), options + "01"),
                Arguments.of(
                        settings("\"image\":\"a:1\",\"createOptions\":\"{\",\"createOptions00\":\"}\""),
                        options + "00"),
                Arguments.of(
                        hub("{\"type\":\"docker\",\"settings\":{\"image\":\"h\"}}"), "/systemModules/edgeHub/status"),
                Arguments.of(hub("null"), "/systemModules/edgeHub"));
    }

    @Test
    void a_user_module_with_a_system_modules_name_is_500() {
        ManifestRefusal refusal = refused(with("modules", "{\"edgeHub\":{%s}}".formatted(GOOD_MODULE)));

        assertThat(refusal.code()).isEqualTo(500);
        assertThat(refusal.pointer()).isEqualTo("/modules/edgeHub");
    }

    private static ObjectNode withVersion(String version) {
        return withModule(GOOD_MODULE).put("schemaVersion", version);
    }

    private static ObjectNode without(String member) {
        ObjectNode desired = withModule(GOOD_MODULE);
        desired.remove(member);
        return desired;
    }

    private static ObjectNode with(String member, String value) {
        ObjectNode desired = withModule(GOOD_MODULE);
        desired.set(member, json("{\"v\":" + value + "}").get("v"));
        return desired;
    }

    private static ObjectNode credential(String value) {
        return with("runtime", "{\"type\":\"docker\",\"settings\":{\"registryCredentials\":{\"c\":" + value + "}}}");
    }

    private static ObjectNode module(String member, String value) {
        ObjectNode desired = withModule(GOOD_MODULE);
        ObjectNode module = (ObjectNode) desired.at("/modules/m");
        module.remove(member);
        if (value != null) {
            module.set(member, json("{\"v\":" + value + "}").get("v"));
        }
        return desired;
    }

    private static ObjectNode settings(String members) {
        return module("settings", "{" + members + "}");
    }

    private static ObjectNode hub(String value) {
        ObjectNode desired = withModule(GOOD_MODULE);
        ((ObjectNode) desired.get("systemModules"))
                .set("edgeHub", json("{\"v\":" + value + "}").get("v"));
        return desired;
    }
}

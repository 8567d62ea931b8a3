package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What manifests are taken and refused (reference/agent.md §12 A). */
class ManifestTest {
    private static final String INVALID = "Agent configuration format is invalid.";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static AgentDevice device;

    /** A module's name that no other check uses, so that what is reported is about this check. */
    private final String name = "m" + NAMES.incrementAndGet();

    private final Deployment good = Deployment.empty().with(name);

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.shared();
    }

    @Test
    void check_01_an_empty_twin_is_417_and_touches_nothing() throws Exception {
        device.deployed(good, name, "running");
        var before = device.processes.only(name);

        device.deploy("{\"modulesContent\":{\"$edgeAgent\":{\"properties.desired\":{}}}}");

        assertThat(device.refused(417, "empty"))
                .isEqualTo("This device has an empty configuration for the edge agent."
                        + " Please set a deployment manifest.");
        assertThat(device.processes.only(name)).isEqualTo(before);
    }

    @Test
    void check_02_the_least_manifest_is_reported_with_its_version_and_the_system_modules() throws Exception {
        long version = device.deploy(Deployment.empty());
        JsonNode reported = device.await(
                "only the system modules",
                r -> r.path("lastDesiredVersion").asLong() == version
                        && r.path("modules").isEmpty());

        assertThat(AgentDevice.code(reported)).isEqualTo(200);
        assertThat(reported.path("systemModules").properties())
                .extracting(Map.Entry::getKey)
                .containsExactlyInAnyOrder("edgeAgent", "edgeHub");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1", "1.1.0"})
    void check_03_schema_versions_up_to_1_1_0_are_taken(String version) throws Exception {
        device.deployed(good.set("/schemaVersion", "\"" + version + "\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "2.0", "0.9", "1.1.0.1"})
    void check_03_others_are_412_incompatible(String version) throws Exception {
        device.deploy(good.set("/schemaVersion", "\"" + version + "\""));

        device.refused(
                412,
                "The desired properties schema version " + version
                        + " is not compatible with the expected version 1.1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "1"})
    void check_03_what_is_no_version_is_412_invalid(String version) throws Exception {
        device.deployed(good);
        device.deploy(good.set("/schemaVersion", "\"" + version + "\""));

        device.refused(412, "Invalid desired properties schema version " + version);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            4  | /runtime                            | -
            4  | /systemModules                      | -
            4  | /runtime/type                       | "k8s"
            4  | /modules/NAME/type                  | "Docker"
            5  | /modules/NAME/status                | -
            5  | /modules/NAME/status                | "sleeping"
            6  | /modules/NAME/startupOrder          | -1
            6  | /modules/NAME/startupOrder          | 4294967296
            6  | /modules/NAME/imagePullPolicy       | "always"
            8  | /modules/NAME/settings/image        | "a:1@sha256:0123"
            8  | /modules/NAME/settings/image        | " "
            13 | /modules/NAME/settings/createOptions02 | "{}"
            13 | /modules/NAME/settings/createOptions00 | "{}"
            16 | /modules/NAME/settings/createOptions   | "{\\"Cmd\\":"
            17 | /runtime/settings/registryCredentials/NAME | {"address":"a.example","username":"u"}
            """)
    void check_04_to_17_a_malformed_manifest_is_400_with_the_constant_sentence_first(
            int check, String pointer, String value) throws Exception {
        String place = pointer.replace("NAME", name);
        Deployment bad = value.equals("-") ? good.without(place) : good.set(place, value);
        device.deployed(good);

        device.deploy(bad);

        assertThat(device.refused(400, place.substring(0, Math.min(place.length(), 8))))
                .as("check %d", check)
                .startsWith(INVALID);
    }

    @Test
    void check_05_and_07_defaults_are_the_contracts() throws Exception {
        JsonNode reported = device.deployed(good.without("/modules/" + name + "/restartPolicy")
                .without("/systemModules/edgeHub/restartPolicy")
                .set("/modules/" + name + "/startupOrder", "4294967295"));

        assertThat(AgentDevice.module(reported, name).path("restartPolicy").asText())
                .isEqualTo("on-unhealthy");
        assertThat(AgentDevice.module(reported, name).has("startupOrder")).isFalse();
        assertThat(AgentDevice.module(reported, "edgeHub").path("restartPolicy").asText())
                .isEqualTo("always");
    }

    @Test
    void check_08_an_image_without_a_tag_is_the_latest() throws Exception {
        JsonNode reported =
                device.deployed(good.set("/modules/" + name + "/settings/image", "\"kant-test/sh\""), name, "running");

        assertThat(reported.path("settings").path("image").asText()).isEqualTo("kant-test/sh:latest");
        assertThat(device.processes.only(name).environment()).containsEntry("TAG", "latest");
    }

    @Test
    void check_09_scalars_in_the_environment_reach_the_module_as_texts() throws Exception {
        device.deployed(
                good.set(
                        "/modules/" + name + "/env",
                        "{\"N\":{\"value\":-1},\"B\":{\"value\":true},\"S\":{\"value\":\"a b=c\"},\"E\":{\"value\":null}}"),
                name,
                "running");

        assertThat(device.processes.only(name).environment())
                .containsEntry("N", "-1")
                .containsEntry("B", "true")
                .containsEntry("S", "a b=c")
                .containsEntry("E", "");
    }

    @Test
    void check_10_and_11_unknown_names_are_ignored_and_known_ones_taken_in_any_case() throws Exception {
        device.deployed(
                good.set("/surprise", "{\"a\":[1]}")
                        .set("/modules/" + name + "/surprise", "true")
                        .without("/modules/" + name + "/status")
                        .set("/modules/" + name + "/Status", "\"running\"")
                        .without("/modules/" + name + "/restartPolicy")
                        .set("/modules/" + name + "/restartpolicy", "\"never\""),
                name,
                "running");
    }

    @Test
    void check_12_create_options_in_chunks_are_one_text_and_reported_in_chunks() throws Exception {
        String value = "x".repeat(1500);
        String options = "{\"Env\":[\"LONG=" + value + "\"],\"Cmd\":[\"exec sleep 100000\"]}";
        Deployment chunked = good;
        for (int i = 0; i < 4; i++) {
            String chunk = options.substring(i * 400, i == 3 ? options.length() : (i + 1) * 400);
            String suffix = i == 0 ? "" : "0" + i;
            chunked = chunked.set(
                    "/modules/" + name + "/settings/createOptions" + suffix,
                    Deployment.object("{}").textNode(chunk).toString());
        }

        JsonNode settings = device.deployed(chunked, name, "running").path("settings");

        assertThat(device.processes.only(name).environment()).containsEntry("LONG", value);
        var whole = new StringBuilder();
        for (int i = 0; settings.has(i == 0 ? "createOptions" : "createOptions0" + i); i++) {
            String chunk = settings.path(i == 0 ? "createOptions" : "createOptions0" + i)
                    .asText();
            assertThat(chunk).hasSizeLessThanOrEqualTo(512);
            whole.append(chunk);
        }
        assertThat(Deployment.parse(whole.toString())).isEqualTo(Deployment.parse(options));
    }

    @Test
    void check_14_no_create_options_have_many_spellings_that_change_nothing() throws Exception {
        String place = "/modules/" + name + "/settings/createOptions";
        device.deployed(good.set(place, "\"\""), name, "running");
        var before = device.processes.only(name);

        for (String spelling : new String[] {"\"null\"", "\"{}\""}) {
            device.deployed(good.set(place, spelling));
        }
        device.deployed(good.without(place));

        assertThat(device.processes.only(name)).isEqualTo(before);
    }

    @Test
    void check_15_what_the_process_engine_cannot_honour_is_refused_by_name_and_nothing_is_stopped() throws Exception {
        device.deployed(good, name, "running");
        var before = device.processes.only(name);

        device.deploy(good.set(
                "/modules/" + name + "/settings/createOptions", "\"{\\\"HostConfig\\\":{\\\"Privileged\\\":true}}\""));

        assertThat(device.refused(500, "Privileged")).contains(name);
        assertThat(device.processes.only(name)).isEqualTo(before);
    }

    @Test
    void check_18_behind_a_bad_manifest_modules_stay_supervised_and_the_version_stays_old() throws Exception {
        device.deployed(good, name, "running");
        long version = device.desiredVersion();
        device.deploy(good.set("/runtime/type", "\"" + name + "\""));
        device.refused(400, "/runtime/type");

        device.process(name).destroyForcibly();

        JsonNode reported = device.await(
                "the killed module to run again",
                r -> AgentDevice.module(r, name).path("restartCount").asInt() == 1);
        assertThat(AgentDevice.code(reported)).isEqualTo(400);
        assertThat(reported.path("lastDesiredVersion").asLong()).isEqualTo(version);
        device.deployed(good);
    }

    @Test
    void check_19_and_32_with_the_daemon_away_it_is_500_and_what_was_known_stays() throws Exception {
        device.deployed(good, name, "running");
        device.killDaemon();
        try {
            device.refused(500, "List modules");
            device.deploy(good.set("/runtime/type", "\"" + name + "\""));

            assertThat(device.refused(500, INVALID)).startsWith("One or more errors occurred. (");
            assertThat(AgentDevice.module(device.reported(), name)
                            .path("status")
                            .asText())
                    .isEqualTo("running");
        } finally {
            device.startDaemon();
        }
        device.refused(400, "/runtime/type");
        device.deployed(good, name, "running");
    }
}

package kant.iothub.deploy;

import static kant.iothub.fixture.Parts.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import kant.iothub.error.ErrorCode;
import kant.iothub.error.HubRefusedException;
import kant.iothub.fixture.Parts;
import kant.iothub.registry.IfMatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationsTest {
    private static final String CONTENT =
            "'content':{'modulesContent':{'$edgeAgent':{'properties.desired.modules.a':{'n':5}}}}";

    @TempDir
    private Path directory;

    private Parts parts;

    @BeforeEach
    void start() throws Exception {
        parts = new Parts(directory);
    }

    @AfterEach
    void stop() throws Exception {
        parts.close();
    }

    @Test
    void one_is_kept_as_it_was_given() throws Exception {
        Configuration put = create(
                "layer",
                "{'id':'layer','schemaVersion':'1.0','labels':{'team':'b','a':'x'},'priority':10.0,"
                        + "'targetCondition':'tags.a = `it``s`','metrics':{'queries':{'n':'SELECT * FROM devices'}},"
                        + CONTENT + "}");

        Configuration read = parts.configurations.get("layer");
        assertThat(read).isEqualTo(put);
        assertThat(parts.configurations.list(9)).containsExactly(read);
        assertThat(Parts.asRead(ConfigurationJson.json(read, parts.metrics.of(read))))
                .isEqualTo(json("""
                {'id':'layer','schemaVersion':'1.0','labels':{'team':'b','a':'x'},
                 'content':{'modulesContent':{'$edgeAgent':{'properties.desired.modules.a':{'n':5}}}},
                 'targetCondition':'tags.a = `it``s`',
                 'createdTimeUtc':'2026-01-01T00:00:00Z','lastUpdatedTimeUtc':'2026-01-01T00:00:00Z','priority':10,
                 'systemMetrics':{
                   'results':{'targetedCount':0,'appliedCount':0,'reportedSuccessfulCount':0,'reportedFailedCount':0},
                   'queries':{
                     'appliedCount':'select deviceId from devices.modules where moduleId = `$edgeAgent` and \
                configurations.[[layer]].status = `Applied`',
                     'targetedCount':'select deviceId from devices where capabilities.iotEdge = true and (tags.a = `it``s`)',
                     'reportedSuccessfulCount':'select deviceId from devices.modules where moduleId = `$edgeAgent` and \
                configurations.[[layer]].status = `Applied` and properties.desired.$version = \
                properties.reported.lastDesiredVersion and properties.reported.lastDesiredStatus.code = 200',
                     'reportedFailedCount':'select deviceId from devices.modules where moduleId = `$edgeAgent` and \
                configurations.[[layer]].status = `Applied` and properties.desired.$version = \
                properties.reported.lastDesiredVersion and properties.reported.lastDesiredStatus.code != 200'}},
                 'metrics':{'results':{'n':0},'queries':{'n':'SELECT * FROM devices'}},
                 'etag':'%s'}""".formatted(read.etag())));
    }

    @Test
    void settings_change_by_etag_and_the_content_never() throws Exception {
        Configuration first = create("c", "{'priority':1," + CONTENT + "}");
        parts.time.pass(Duration.ofMinutes(1));

        Configuration second =
                put("c", new IfMatch.Exactly(first.etag()), "{'priority':2,'targetCondition':'*','labels':{'a':'b'}}");

        assertThat(second.settings().priority()).isEqualTo(2);
        assertThat(second.settings().targetCondition()).isEqualTo("*");
        assertThat(second.created()).isEqualTo(first.created());
        assertThat(second.updated()).isAfter(first.updated());
        assertThat(second.modulesContent()).isEqualTo(first.modulesContent());
        assertRefused(
                ErrorCode.PRECONDITION_FAILED, () -> put("c", new IfMatch.Exactly(first.etag()), "{'priority':3}"));
        assertRefused(
                ErrorCode.ARGUMENT_INVALID,
                () -> put("c", new IfMatch.Any(), "{'priority':3," + CONTENT.replace("'n':5", "'n':6") + "}"));
        assertRefused(ErrorCode.CONFIGURATION_EXISTS, () -> create("c", "{" + CONTENT + "}"));
        assertThat(parts.configurations.get("c")).isEqualTo(second);
    }

    @Test
    void content_that_says_the_same_in_other_words_is_the_same() throws Exception {
        create("c", "{" + CONTENT + "}");

        put("c", new IfMatch.Any(), "{'priority':3," + CONTENT.replace("'n':5", "'n':5.0,'x':null") + "}");

        assertThat(parts.configurations.get("c").settings().priority()).isEqualTo(3);
    }

    @Test
    void one_is_deleted_by_etag_and_a_new_one_of_its_name_has_another() throws Exception {
        Configuration first = create("c", "{" + CONTENT + "}");
        assertRefused(
                ErrorCode.PRECONDITION_FAILED, () -> parts.configurations.delete("c", new IfMatch.Exactly("MQ==")));

        parts.configurations.delete("c", new IfMatch.Exactly(first.etag()));

        assertRefused(ErrorCode.CONFIGURATION_NOT_FOUND, () -> parts.configurations.get("c"));
        assertRefused(ErrorCode.CONFIGURATION_NOT_FOUND, () -> parts.configurations.delete("c", new IfMatch.Absent()));
        assertRefused(ErrorCode.CONFIGURATION_NOT_FOUND, () -> put("c", new IfMatch.Any(), "{" + CONTENT + "}"));
        parts.time.pass(Duration.ofMillis(1));
        assertThat(create("c", "{" + CONTENT + "}").etag()).isNotEqualTo(first.etag());
    }

    @Test
    void two_of_the_same_millisecond_have_their_order() throws Exception {
        Configuration first = create("z", "{" + CONTENT + "}");
        Configuration second = create("a", "{" + CONTENT + "}");

        assertThat(second.created()).isAfter(first.created());
    }

    @Test
    void there_are_a_hundred_at_most_and_five_metrics_each() throws Exception {
        for (int i = 0; i < Configurations.MOST; i++) {
            create("c" + i, "{" + CONTENT + "}");
        }

        assertRefused(ErrorCode.QUOTA_EXCEEDED, () -> create("one-more", "{" + CONTENT + "}"));

        parts.configurations.delete("c0", new IfMatch.Absent());
        ObjectNode six = json("{" + CONTENT + "}");
        for (int i = 0; i < 6; i++) {
            six.withObject("/metrics/queries").put("m" + i, "SELECT * FROM devices");
        }
        assertRefused(ErrorCode.ARGUMENT_INVALID, () -> parts.configurations.put("six", new IfMatch.Absent(), six));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            Upper   | {}                                                            | lower-case
            a b     | {}                                                            | lower-case
            c       | {'id':'d'}                                                    | must be equal
            c       | {}                                                            | no "content"
            c       | {'content':{'modulesContent':{}}}                             | no "content"
            c       | {'content':{'deviceContent':{'properties.desired.a':1}}}      | not offered
            c       | {'priority':-1}                                               | whole number
            c       | {'priority':1.5}                                              | whole number
            c       | {'priority':'high'}                                           | whole number
            c       | {'targetCondition':'tags.a = b'}                              | "targetCondition" is not usable
            c       | {'targetCondition':'properties.reported.a = 1'}               | asks for properties
            c       | {'targetCondition':'FROM devices.modules WHERE tags.a = 1'}   | asks for modules
            c       | {'labels':{'a':1}}                                            | must be a string
            c       | {'metrics':{'queries':{'m':'SELECT'}}}                        | metrics query "m"
            """)
    void what_is_not_a_configuration_is_refused(String id, String body, String reason) {
        assertThatThrownBy(() -> create(id, body))
                .isInstanceOf(HubRefusedException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void queries_are_tested_without_a_trace() throws Exception {
        ObjectNode answer = TestedQueries.test(json("{'targetCondition':'tags.a == 1','customMetricQueries':"
                + "{'good':'SELECT deviceId FROM devices','bad':'SELECT deviceId FROM nowhere'}}"));

        assertThat(answer.path("targetConditionError").asText()).contains("expected a value");
        assertThat(answer.path("customMetricQueryErrors").properties())
                .singleElement()
                .satisfies(error -> assertThat(error.getKey()).isEqualTo("bad"));
        assertThat(TestedQueries.test(json("{'targetCondition':'*'}"))
                        .path("targetConditionError")
                        .isNull())
                .isTrue();
        assertThat(parts.configurations.list(9)).isEmpty();
    }

    private Configuration create(String id, String body) throws Exception {
        return put(id, new IfMatch.Absent(), body);
    }

    private Configuration put(String id, IfMatch match, String body) throws Exception {
        return parts.configurations.put(id, match, json(body));
    }

    private static void assertRefused(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HubRefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }
}

package kant.iothub.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import kant.iothub.fixture.Parts;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {
    private static final ObjectNode TWIN = Parts.json("""
            {'deviceId':'line-7','capabilities':{'iotEdge':true},'version':4,
             'tags':{'environment':'prod','filter':true,'floor':3,'name':'it\\u0027s','my-tag':{'a b':'x'},'list':[1,2]},
             'properties':{'desired':{'$version':5},
               'reported':{'lastDesiredVersion':5,'lastDesiredStatus':{'code':200}}},
             'configurations':{'layer-hot':{'status':'Applied'}}}""");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags.environment = 'prod'",
                "TAGS.environment='prod' and deviceid = 'line-7'",
                "tags.environment = 'prod' AND tags.filter = true",
                "tags.filter",
                "NOT tags.environment = 'test'",
                "not (tags.floor < 3 or tags.floor > 3)",
                "tags.floor >= 3 AND tags.floor <= 3.0 AND tags.floor <> 4 AND tags.floor != -1",
                "tags.floor = 3e0",
                "'prod' = tags.environment",
                "deviceId IN ['line-6', 'line-7']",
                "deviceId in ('line-7')",
                "deviceId NIN ['line-6']",
                "tags.name = 'it''s'",
                "tags.[[my-tag]].[[a b]] = 'x'",
                "tags.floor = 'three' OR tags.environment = 'prod'",
                "tags.missing = 'a' OR tags.environment = 'prod'",
                "NOT is_defined(tags.missing)",
                "IS_DEFINED(tags.floor) AND is_number(tags.floor) AND is_bool(tags.filter) AND IS_STRING(tags.environment)",
                "is_array(tags.list) AND is_object(tags)",
                "startswith(deviceId, 'line-') AND ends_with(deviceId, '7') AND CONTAINS(deviceId, 'ne')",
                "tags.floor != 'three'",
                "tags.environment > 'alpha'",
                "capabilities.iotEdge = true",
                "properties.desired.$version = properties.reported.lastDesiredVersion"
                        + " and properties.reported.lastDesiredStatus.code = 200",
                "configurations.[[layer-hot]].status = 'Applied'"
            })
    void true_of_the_twin(String condition) throws Exception {
        assertThat(matches(condition)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tags.environment = 'Prod'",
                "tags.Environment = 'prod'",
                "tags.missing = 'a'",
                "NOT tags.missing = 'a'",
                "tags.missing != 'a'",
                "tags.missing = tags.missing",
                "NOT (tags.missing = 'a' AND tags.filter)",
                "tags.floor = '3'",
                "tags.floor > '2'",
                "tags.filter > false",
                "tags.environment",
                "tags.floor",
                "NOT tags.floor",
                "'true'",
                "undefined = undefined",
                "is_null(tags.missing)",
                "starts_with(tags.floor, '3')",
                "deviceId IN ['line-6']",
                "tags.missing IN ['a']",
                "tags.missing NIN ['a']",
                "moduleId = 'x'"
            })
    void not_true_of_the_twin(String condition) throws Exception {
        assertThat(matches(condition)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            tags.a = "b"                | single quotes
            tags.a = 'b                 | no closing quote
            tags.a = 'it's'             | no closing quote
            tags.a = 'it' s             | AND, OR, a comparison
            tags.a = 'b' AND            | found the end
            tags.a 'b'                  | AND, OR, a comparison
            tags.a == 'b'               | expected a value
            (tags.a = 'b'               | expected ")"
            tags. = 'b'                 | a dot needs a name
            tag.a = 'b'                 | neither an attribute
            deviceId = line-7           | neither an attribute
            tags.my-tag = 1             | [[name]]
            deviceId IN []              | expected a value
            deviceId LIKE 'a%'          | AND, OR, a comparison
            is_defined()                | expected a value
            is_defined(tags.a, tags.b)  | takes 1 arguments
            tags.[[]] = 1               | needs a name
            tags.a = 1e9999999999       | too long or too large
            * = 1                       | expected a value
            {tags.a}                    | means nothing here
            """)
    void everything_else_is_refused_with_its_place_or_a_remedy(String condition, String reason) {
        assertThatThrownBy(() -> QueryParser.condition(condition))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void hostile_texts_are_refused_and_long_ones_evaluated() throws Exception {
        String deep = "(".repeat(1000) + "true" + ")".repeat(1000);
        assertThatThrownBy(() -> QueryParser.condition(deep)).hasMessageContaining("nested deeper");
        assertThatThrownBy(() -> QueryParser.condition("not ".repeat(1000) + "true"))
                .hasMessageContaining("nested deeper");
        assertThatThrownBy(() -> QueryParser.condition("x".repeat(5000))).hasMessageContaining("4096 are allowed");

        assertThat(matches("tags.floor = 1" + " OR tags.floor = 1".repeat(200) + " OR true"))
                .isTrue();
    }

    private static boolean matches(String condition) throws QueryException {
        return QueryParser.condition(condition).matches(ConditionTest::value);
    }

    private static JsonNode value(Expression.Attribute attribute) {
        JsonNode at = TWIN.path(attribute.field().text());
        for (String name : attribute.below()) {
            at = at.path(name);
        }
        return at;
    }
}

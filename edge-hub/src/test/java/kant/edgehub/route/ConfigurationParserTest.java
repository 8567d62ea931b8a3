package kant.edgehub.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.OptionalLong;
import kant.model.error.RefusedException;
import kant.model.message.Policy;
import kant.model.message.Target;
import kant.routing.Route;
import kant.upstream.budget.UpstreamLimits;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationParserTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ConfigurationParser parser = new ConfigurationParser("edge", -1, UpstreamLimits.NONE);

    @Test
    void schema_1_0_has_texts_only() throws Exception {
        HubConfiguration configuration = parse("""
                {"schemaVersion":"1.0","routes":{"up":"FROM /messages/* INTO $upstream","blank":"  "},
                 "storeAndForwardConfiguration":{"timeToLiveSecs":7200}}""");

        assertThat(configuration.routes().routes()).singleElement().satisfies(route -> {
            assertThat(route.name()).isEqualTo("up");
            assertThat(route.ttlMillis()).isEqualTo(7_200_000);
            assertThat(route.priority()).isEqualTo(Target.DEFAULT_PRIORITY);
        });
        assertThat(configuration.maxBytes()).isEmpty();
    }

    @Test
    void schema_1_1_mixes_texts_and_objects() throws Exception {
        HubConfiguration configuration = parse("""
                {"schemaVersion":"1.1","routes":{
                  "a":"FROM /messages/modules/sensor/* INTO BrokeredEndpoint(\\"/modules/filter/inputs/in\\")",
                  "b":{"route":"FROM /messages/* INTO $upstream","priority":0,"timeToLiveSecs":86400},
                  "c":{"route":"FROM /messages/* INTO $upstream","timeToLiveSecs":0}},
                 "storeAndForwardConfiguration":{"timeToLiveSecs":10,"storeLimits":{"maxSizeBytes":1000000}}}""");

        assertThat(configuration.routes().routes())
                .extracting(Route::priority)
                .containsExactly(Target.DEFAULT_PRIORITY, 0L, Target.DEFAULT_PRIORITY);
        assertThat(configuration.routes().routes())
                .extracting(Route::ttlMillis)
                .containsExactly(10_000L, 86_400_000L, 10_000L);
        assertThat(configuration.routes().endpoints()).containsExactly("edge/filter/in", "iothub");
        assertThat(configuration.maxBytes()).isEqualTo(OptionalLong.of(1_000_000));
    }

    @Test
    void a_route_may_say_what_becomes_of_its_messages_while_they_wait() throws Exception {
        HubConfiguration configuration = parse("""
                {"schemaVersion":"1.1","routes":{
                  "a":"FROM /messages/* INTO $upstream",
                  "b":{"route":"FROM /messages/* INTO $upstream","whenFull":"dropOldest","order":"newestFirst"},
                  "c":{"route":"FROM /messages/* INTO $upstream","whenFull":"dropLowestPriority","order":"oldestFirst"},
                  "d":{"route":"FROM /messages/* INTO $upstream","whenFull":"refuse","order":null}},
                 "storeAndForwardConfiguration":{}}""");

        assertThat(configuration.routes().routes())
                .extracting(Route::policy)
                .containsExactly(
                        Policy.DEFAULT,
                        new Policy(Policy.WhenFull.DROP_OLDEST, Policy.Order.NEWEST_FIRST),
                        new Policy(Policy.WhenFull.DROP_LOWEST_PRIORITY, Policy.Order.OLDEST_FIRST),
                        Policy.DEFAULT);
    }

    @Test
    void an_unknown_policy_is_refused_with_its_place() {
        assertThatThrownBy(() -> parse("""
                {"schemaVersion":"1.1","routes":{"r":{"route":"FROM /* INTO $upstream","whenFull":"dropNewest"}},
                 "storeAndForwardConfiguration":{}}"""))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("whenFull of route \"r\" is \"dropNewest\"")
                .hasMessageContaining("\"refuse\", \"dropLowestPriority\", \"dropOldest\"");
        assertThatThrownBy(() -> parse("""
                {"schemaVersion":"1.1","routes":{"r":{"route":"FROM /* INTO $upstream","order":1}},
                 "storeAndForwardConfiguration":{}}""")).hasMessageContaining("order of route \"r\" is 1, none of");
    }

    @Test
    void a_negative_global_ttl_is_for_ever_and_no_ttl_is_the_settings() throws Exception {
        String routes = "\"routes\":{\"r\":\"FROM /* INTO $upstream\"}";

        assertThat(ttl("{\"schemaVersion\":\"1.0\"," + routes
                        + ",\"storeAndForwardConfiguration\":{\"timeToLiveSecs\":-5}}"))
                .isEqualTo(Target.FOREVER);
        assertThat(new ConfigurationParser("edge", 60, UpstreamLimits.NONE)
                        .parse(json("{\"schemaVersion\":\"1.0\"," + routes + "}"), 1)
                        .routes()
                        .routes()
                        .getFirst()
                        .ttlMillis())
                .isEqualTo(60_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.0", "1.1", "1.2", "1.3", "1.1.0"})
    void schemas_that_exist_are_taken(String version) throws Exception {
        parse("{\"schemaVersion\":\"" + version + "\",\"routes\":{},\"storeAndForwardConfiguration\":{}}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                                                | missing SchemaVersion
                    {"schemaVersion":"1"}                                             | Error parsing schema version string
                    {"schemaVersion":"2.0"}                                           | unsupported SchemaVersion
                    {"schemaVersion":"1.9"}                                           | unsupported SchemaVersion
                    {"schemaVersion":"1.1","routes":{}}                               | storeAndForwardConfiguration is missing
                    {"schemaVersion":"1.1","storeAndForwardConfiguration":{}}         | routes is missing
                    {"schemaVersion":"1.0","routes":{"r":{"route":"x"}}}              | Malformed route specification of "r"
                    {"schemaVersion":"1.0","routes":{"r":5}}                          | Malformed route specification of "r"
                    {"schemaVersion":"1.0","routes":{"r":"FROM nothing"}}             | Error parsing route r
                    {"schemaVersion":"1.0","routes":{"r":"FROM /* INTO $elsewhere"}}  | Error parsing route r
                    {"schemaVersion":"1.0","routes":{"r":"FROM /* INTO Nobody(\\"x\\")"}} | Error parsing route r
                    {"schemaVersion":"1.0","routes":{"r":"FROM /* WHERE 1 + 'x' = 2 INTO $upstream"}} | Error parsing route r
                    """)
    void what_is_wrong_is_said(String text, String reason) {
        assertThatThrownBy(() -> parse(text.replace("\\\"", "\\\"")))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "-1", "1.5", "\"0\""})
    void a_priority_is_a_whole_number_from_0_to_9(String priority) {
        assertThatThrownBy(
                        () -> parse("{\"schemaVersion\":\"1.1\",\"storeAndForwardConfiguration\":{},\"routes\":{\"r\":"
                                + "{\"route\":\"FROM /* INTO $upstream\",\"priority\":" + priority + "}}}"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("priority of \"r\"");
    }

    private long ttl(String text) throws Exception {
        return parse(text).routes().routes().getFirst().ttlMillis();
    }

    private HubConfiguration parse(String text) throws IOException, RefusedException {
        return parser.parse(json(text), 1);
    }

    private static ObjectNode json(String text) throws IOException {
        return (ObjectNode) JSON.readTree(text);
    }
}

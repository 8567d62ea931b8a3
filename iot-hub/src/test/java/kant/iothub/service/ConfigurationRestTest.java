package kant.iothub.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kant.iothub.fixture.RunningHub;
import kant.iothub.fixture.RunningHub.Answer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configurations and queries over real TLS; what they mean is in {@code deploy/}. */
class ConfigurationRestTest {
    private static final String CONTENT =
            "'content':{'modulesContent':{'$edgeAgent':{'properties.desired':{'modules':{}}}}}";

    @TempDir
    private Path directory;

    private RunningHub hub;

    @BeforeEach
    void start() throws Exception {
        hub = new RunningHub(directory);
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void a_configuration_is_created_read_listed_updated_and_deleted() throws Exception {
        Answer created = hub.call("PUT", "/configurations/base", "{'id':'base','priority':1," + CONTENT + "}");
        assertThat(created.status()).as("%s", created).isEqualTo(200);
        String etag = created.header("etag");
        assertThat(etag).isEqualTo('"' + created.json().path("etag").asText() + '"');

        assertThat(hub.call("GET", "/configurations/base", null)
                        .json()
                        .path("id")
                        .asText())
                .isEqualTo("base");
        assertThat(hub.call("GET", "/configurations/?top=20", null).json()).hasSize(1);
        assertThat(hub.call("PUT", "/configurations/base", "{'priority':2," + CONTENT + "}", "If-Match", "\"x\"")
                        .status())
                .isEqualTo(412);
        assertThat(hub.call("PUT", "/configurations/base", "{" + CONTENT + "}").status())
                .isEqualTo(409);
        Answer updated = hub.call("PUT", "/configurations/base", "{'priority':2," + CONTENT + "}", "If-Match", etag);
        assertThat(updated.json().path("priority").asInt()).isEqualTo(2);

        assertThat(hub.call("DELETE", "/configurations/base", null, "If-Match", etag)
                        .status())
                .isEqualTo(412);
        assertThat(hub.call("DELETE", "/configurations/base", null).status()).isEqualTo(204);
        Answer gone = hub.call("GET", "/configurations/base", null);
        assertThat(gone.status()).isEqualTo(404);
        assertThat(gone.header("iothub-errorcode")).isEqualTo("ConfigurationNotFound");
    }

    @Test
    void conditions_and_queries_are_tested() throws Exception {
        Answer bad = hub.call("PUT", "/configurations/c", "{'targetCondition':'tags.a = \\\"b\\\"'," + CONTENT + "}");
        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.json().path("Message").asText()).contains("single quotes");

        Answer tested = hub.call(
                "POST",
                "/configurations/testQueries",
                "{'targetCondition':'tags.a = \\\"b\\\"','customMetricQueries':{'m':'SELECT * FROM devices'}}");
        assertThat(tested.json().path("targetConditionError").asText()).contains("single quotes");
        assertThat(tested.json().path("customMetricQueryErrors")).isEmpty();
    }

    @Test
    void a_query_looks_at_tags_and_goes_page_by_page() throws Exception {
        for (int i = 0; i < 7; i++) {
            hub.create("/devices/d" + i, "{}");
            hub.call("PATCH", "/twins/d" + i, "{'tags':{'odd':" + (i % 2 == 1) + "}}");
        }

        assertThat(pages("SELECT deviceId, tags.odd AS o FROM devices WHERE NOT tags.odd", 2))
                .extracting(JsonNode::toString)
                .containsExactly(
                        "[{\"deviceId\":\"d0\",\"o\":false},{\"deviceId\":\"d2\",\"o\":false}]",
                        "[{\"deviceId\":\"d4\",\"o\":false},{\"deviceId\":\"d6\",\"o\":false}]");
        assertThat(pages("SELECT TOP 3 * FROM devices", 2))
                .hasSize(2)
                .last()
                .satisfies(page -> assertThat(page).hasSize(1));
        assertThat(pages("SELECT COUNT() AS n FROM devices WHERE tags.odd = true", 2))
                .extracting(JsonNode::toString)
                .containsExactly("[{\"n\":3}]");
        assertThat(pages("SELECT * FROM devices WHERE connectionState = `Connected`", 2))
                .extracting(JsonNode::toString)
                .containsExactly("[]");
    }

    private List<JsonNode> pages(String query, int size) throws Exception {
        List<JsonNode> pages = new ArrayList<>();
        String continuation = "";
        do {
            Answer answer = hub.call(
                    "POST",
                    "/devices/query",
                    "{'query':'" + query + "'}",
                    "x-ms-max-item-count",
                    Integer.toString(size),
                    "x-ms-continuation",
                    continuation);
            assertThat(answer.status()).as("%s", answer).isEqualTo(200);
            pages.add(answer.json());
            continuation = answer.header("x-ms-continuation");
        } while (!continuation.isEmpty());
        return pages;
    }
}

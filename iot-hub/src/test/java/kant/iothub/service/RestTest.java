package kant.iothub.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import kant.iothub.fixture.RunningHub;
import kant.iothub.fixture.RunningHub.Answer;
import kant.model.auth.SasToken;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The REST API over real TLS, with the bodies that the service SDKs were seen to send (real-clients.md §5.2). */
class RestTest {
    private static final String KEY_OF_32_BYTES = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

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
    void java_creates_a_device_with_keys_of_its_own() throws Exception {
        Answer answer = hub.call("PUT", "/devices/dev9", """
                {"etag":"","deviceId":"dev9","generationId":"","status":"Enabled","statusUpdatedTime":"0001-12-30T00:00:00",\
                "connectionState":"Disconnected","authentication":{"symmetricKey":{"primaryKey":"%1$s","secondaryKey":"%1$s"},\
                "type":"sas"},"parentScopes":[]}""".formatted(KEY_OF_32_BYTES));

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().at("/authentication/symmetricKey/primaryKey").asText())
                .isEqualTo(KEY_OF_32_BYTES);
        assertThat(answer.json().path("status").asText()).isEqualTo("enabled");
        assertThat(answer.json().path("statusUpdatedTime").asText()).isEqualTo("0001-01-01T00:00:00Z");
        assertThat(answer.json().path("connectionState").asText()).isEqualTo("Disconnected");
        assertThat(answer.header("etag"))
                .isEqualTo('"' + answer.json().path("etag").asText() + '"');
    }

    @Test
    void node_creates_a_device_and_leaves_the_keys_to_the_hub() throws Exception {
        Answer answer = hub.call(
                "PUT",
                "/devices/dev9",
                "{'deviceId':'dev9','authentication':{'type':'sas','symmetricKey':{'primaryKey':'','secondaryKey':''}}}");

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().at("/authentication/symmetricKey/primaryKey").asText())
                .hasSize(44);
        assertThat(hub.call("GET", "/devices/dev9", null).json()).isEqualTo(answer.json());
    }

    @Test
    void a_device_is_updated_by_etag_quoted_or_not_and_deleted() throws Exception {
        hub.create("/devices/d", "{}");
        assertRefused(hub.call("PUT", "/devices/d", "{}"), 409, "DeviceAlreadyExists");
        assertRefused(hub.call("PUT", "/devices/d", "{}", "If-Match", "\"stale\""), 412, "PreconditionFailed");
        Answer updated = hub.call("PUT", "/devices/d", "{'status':'disabled'}", "If-Match", "*");
        assertThat(updated.json().path("status").asText()).isEqualTo("disabled");
        assertThat(hub.call("PUT", "/devices/d", "{}", "If-Match", updated.header("etag"))
                        .status())
                .isEqualTo(200);

        assertRefused(hub.call("DELETE", "/devices/d", null), 412, "PreconditionFailed");
        assertThat(hub.call("DELETE", "/devices/d", null, "If-Match", "*").status())
                .isEqualTo(204);
        assertRefused(hub.call("GET", "/devices/d", null), 404, "DeviceNotFound");
        assertRefused(hub.call("PUT", "/devices/d", "{}", "If-Match", "*"), 404, "DeviceNotFound");
    }

    @Test
    void devices_and_statistics_are_listed() throws Exception {
        hub.create("/devices/a", "{}");
        hub.create("/devices/b", "{'status':'disabled'}");

        assertThat(hub.call("GET", "/devices/?top=1", null).json().findValuesAsText("deviceId"))
                .containsExactly("a");
        Answer statistics = hub.call("GET", "/statistics/devices", null);
        assertThat(statistics.json().toString())
                .isEqualTo("{\"totalDeviceCount\":2,\"enabledDeviceCount\":1,\"enableDeviceCount\":1,"
                        + "\"disabledDeviceCount\":1}");
        assertThat(hub.call("GET", "/statistics/service", null)
                        .json()
                        .path("connectedDeviceCount")
                        .asInt(-1))
                .isZero();
    }

    @Test
    void java_patches_a_twin_by_override_and_its_nulls_delete_nothing() throws Exception {
        hub.create("/devices/d", "{}");
        hub.call("PATCH", "/twins/d", "{'tags':{'keep':1}}", "If-Match", "\"*\"");

        Answer answer = hub.call("POST", "/twins/d", """
                {"deviceId":"d","moduleId":null,"etag":null,"version":null,"status":null,"tags":null,"configurations":null,\
                "properties":{"desired":{"interval":5,"gone":null},"reported":null},"capabilities":null}""", "X-HTTP-Method-Override", "PATCH");

        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        assertThat(answer.json().at("/tags/keep").asInt()).isEqualTo(1);
        assertThat(answer.json().at("/properties/desired/interval").asInt()).isEqualTo(5);
        assertThat(answer.json().at("/properties/desired/$version").asInt()).isEqualTo(2);
        assertThat(answer.json()
                        .at("/properties/desired/$metadata/interval/$lastUpdatedVersion")
                        .asInt())
                .isEqualTo(2);
        assertThat(answer.json().at("/properties/reported/$version").asInt()).isEqualTo(1);
    }

    @Test
    void a_twin_is_replaced_and_its_etag_honoured() throws Exception {
        hub.create("/devices/d", "{}");
        Answer first = hub.call("PATCH", "/twins/d", "{'tags':{'a':1},'properties':{'desired':{'a':1,'b':1}}}");

        assertRefused(
                hub.call("PUT", "/twins/d", "{'tags':{}}", "If-Match", "\"c3RhbGU=\""), 412, "PreconditionFailed");
        Answer replaced = hub.call(
                "PUT",
                "/twins/d",
                "{'tags':{'b':2},'properties':{'desired':{'b':2}}}",
                "If-Match",
                first.header("etag"));

        assertThat(replaced.json().path("tags").toString()).isEqualTo("{\"b\":2}");
        assertThat(replaced.json().at("/properties/desired").has("a")).isFalse();
        assertThat(replaced.json().at("/properties/desired/b").asInt()).isEqualTo(2);
    }

    @Test
    void an_edge_device_manages_its_modules_with_its_own_token() throws Exception {
        String key = hub.create("/devices/edge", "{'capabilities':{'iotEdge':true}}");
        String token = RunningHub.token(IdentityId.device("edge"), key);
        String module = "/devices/edge/modules/m";

        Answer created = hub.callRaw(
                token, "PUT", module + "?api-version=2017-11-08-preview", "{'moduleId':'m','deviceId':'edge'}");
        Answer keyed = hub.callRaw(
                token,
                "PUT",
                module + "?api-version=2017-11-08-preview",
                "{'authentication':{'type':'sas','symmetricKey':{'primaryKey':'" + KEY_OF_32_BYTES
                        + "','secondaryKey':'" + KEY_OF_32_BYTES + "'}}}",
                "If-Match",
                "*");

        assertThat(created.json().path("managedBy").asText()).isEqualTo("IotEdge");
        assertThat(keyed.json().path("generationId")).isEqualTo(created.json().path("generationId"));
        assertThat(keyed.json().at("/authentication/symmetricKey/primaryKey").asText())
                .isEqualTo(KEY_OF_32_BYTES);
        assertThat(hub.callAs(token, "GET", "/devices/edge/modules", null)
                        .json()
                        .findValuesAsText("moduleId"))
                .containsExactly("$edgeAgent", "$edgeHub", "m");
        assertThat(hub.callAs(token, "DELETE", module, null, "If-Match", "*").status())
                .isEqualTo(204);
        assertRefused(hub.callAs(token, "GET", module, null), 404, "ModuleNotFound");
    }

    @Test
    void an_edge_device_sees_and_does_nothing_beyond_its_modules() throws Exception {
        String key = hub.create("/devices/Edge", "{'capabilities':{'iotEdge':true}}");
        hub.create("/devices/other", "{}");
        String token = RunningHub.token(IdentityId.device("Edge"), key);
        String lowered = SasToken.sign(
                (RunningHub.NAME + "/devices/Edge").toLowerCase(Locale.ROOT),
                key,
                Instant.now().plusSeconds(30),
                "");

        assertThat(hub.callAs(lowered, "GET", "/devices/Edge/modules", null).status())
                .isEqualTo(200);
        assertRefused(hub.callAs(token, "GET", "/devices/other/modules", null), 401, "IotHubUnauthorizedAccess");
        assertRefused(hub.callAs(token, "GET", "/devices/Edge", null), 401, "IotHubUnauthorizedAccess");
        assertRefused(hub.callAs(token, "GET", "/twins/Edge", null), 401, "IotHubUnauthorizedAccess");
        assertRefused(hub.callAs(token, "GET", scope("Edge"), null), 401, "IotHubUnauthorizedAccess");
    }

    @Test
    void an_edge_hub_reads_its_scope_page_by_page_with_keys() throws Exception {
        hub.create("/devices/edge", "{'capabilities':{'iotEdge':true}}");
        String opened = hub.call("GET", "/devices/edge", null)
                .json()
                .path("deviceScope")
                .asText();
        hub.create("/devices/leaf", "{'parentScopes':['" + opened + "']}");
        String key = hubKey();
        String token = RunningHub.token(IdentityId.module("edge", "$edgeHub"), key);

        Answer first = hub.callAs(token, "GET", scope("edge") + "?deviceCount=1", null);
        Answer second =
                hub.callRaw(token, "GET", first.json().path("continuationLink").asText(), null);

        assertThat(first.json().at("/devices/0/deviceId").asText()).isEqualTo("edge");
        assertThat(first.json().at("/devices/0/deviceScope").asText()).isEqualTo(opened);
        assertThat(first.json().path("modules").findValuesAsText("moduleId")).containsExactly("$edgeAgent", "$edgeHub");
        assertThat(second.json().at("/devices/0/deviceId").asText()).isEqualTo("leaf");
        assertThat(second.json()
                        .at("/devices/0/authentication/symmetricKey/primaryKey")
                        .asText())
                .hasSize(44);
        assertThat(second.json().path("continuationLink").isNull()).isTrue();
        Answer one = hub.callAs(
                token,
                "GET",
                "/devices/edge/modules/$edgeHub/deviceAndModuleInDeviceScope?targetDeviceId=edge&targetModuleId=$edgeHub",
                null);
        assertThat(one.json()
                        .at("/modules/0/authentication/symmetricKey/primaryKey")
                        .asText())
                .isEqualTo(key);
        assertThat(one.json().has("continuationLink")).isTrue();
    }

    @Test
    void a_deployment_reaches_the_twins() throws Exception {
        hub.create("/devices/edge", "{'capabilities':{'iotEdge':true}}");

        Answer applied = hub.call(
                "POST",
                "/devices/edge/applyConfigurationContent",
                "{'modulesContent':{'$edgeAgent':{'properties.desired':{'schemaVersion':'1.1','modules':{'m':{}}}}}}");

        assertThat(applied.status()).as("%s", applied).isEqualTo(204);
        assertThat(hub.call("GET", "/twins/edge/modules/$edgeAgent", null)
                        .json()
                        .at("/properties/desired/schemaVersion")
                        .asText())
                .isEqualTo("1.1");
        assertThat(hub.call("GET", "/devices/edge/modules/m", null)
                        .json()
                        .at("/authentication/type")
                        .asText())
                .isEqualTo("none");
        assertRefused(
                hub.call("POST", "/devices/edge/applyConfigurationContent", "{'modulesContent':"),
                400,
                "IotHubFormatError");
    }

    @Test
    void a_query_pages_and_says_nothing_of_a_next_page_on_the_last() throws Exception {
        for (int i = 0; i < 5; i++) {
            hub.create("/devices/d" + i, "{}");
        }
        String query = "{'query':'SELECT * FROM devices'}";

        Answer first = hub.call("POST", "/devices/query", query, "x-ms-max-item-count", "2");
        Answer second = hub.call(
                "POST",
                "/devices/query",
                query,
                "x-ms-max-item-count",
                "2",
                "x-ms-continuation",
                first.header("x-ms-continuation"));
        Answer third = hub.call(
                "POST",
                "/devices/query",
                query,
                "x-ms-max-item-count",
                "2",
                "x-ms-continuation",
                second.header("x-ms-continuation"));

        assertThat(first.header("x-ms-item-type")).isEqualTo("twin");
        assertThat(second.json().findValuesAsText("deviceId")).containsExactly("d2", "d3");
        assertThat(third.json().findValuesAsText("deviceId")).containsExactly("d4");
        assertThat(third.has("x-ms-continuation")).isFalse();
        assertRefused(
                hub.call("POST", "/devices/query", "{\"query\":\"SELECT * FROM devices WHERE tags.a = b\"}"),
                400,
                "ArgumentInvalid");
    }

    @Test
    void policies_do_what_their_rights_say() throws Exception {
        hub.create("/devices/d", "{}");
        String expired = SasToken.sign(RunningHub.NAME, KEY_OF_32_BYTES, Instant.EPOCH, "iothubowner");
        String forged =
                SasToken.sign(RunningHub.NAME, KEY_OF_32_BYTES, Instant.now().plusSeconds(60), "iothubowner");

        for (String authorization : new String[] {"", "Bearer x", expired, forged}) {
            Answer answer = hub.callAs(authorization, "GET", "/devices/d", null);
            assertRefused(answer, 401, "IotHubUnauthorizedAccess");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /devices/d, 400, InvalidProtocolVersion",
        "GET, /devices/d?api-version=latest, 400, InvalidProtocolVersion",
        "GET, /jobs/v2/query?api-version=2021-04-12, 400, InvalidOperation",
        "GET, /devices/a%2Fb?api-version=2021-04-12, 400, ArgumentInvalid",
        "GET, /devices?top=0&api-version=2021-04-12, 400, ArgumentInvalid",
        "PUT, /devices/d?api-version=2021-04-12, 400, ArgumentNull"
    })
    void calls_that_make_no_sense_are_refused_with_a_code_and_a_reason(
            String method, String path, int status, String code) throws Exception {
        assertRefused(hub.callRaw(hub.owner(), method, path, null), status, code);
    }

    @Test
    void bodies_that_are_too_large_too_deep_or_random_are_refused_and_the_hub_goes_on() throws Exception {
        hub.create("/devices/d", "{}");
        String deep = "{\"tags\":" + "{\"a\":".repeat(5000) + "1" + "}".repeat(5001);
        String wide = "{\"tags\":{\"a\":\"" + "x".repeat(2 << 20) + "\"}}";

        assertThat(hub.call("PATCH", "/twins/d", wide).status()).isEqualTo(413);
        assertRefused(hub.call("PATCH", "/twins/d", deep), 400, "IotHubFormatError");
        assertRefused(hub.call("PATCH", "/twins/d", "[1,2]"), 400, "IotHubFormatError");
        assertRefused(hub.call("PATCH", "/twins/d", "\u0000\u0001{"), 400, "IotHubFormatError");
        assertRefused(hub.call("PATCH", "/twins/d", "{'tags':[]}"), 400, "ArgumentInvalid");
        assertRefused(hub.call("PATCH", "/twins/d", "{} {}"), 400, "IotHubFormatError");

        assertThat(hub.call("GET", "/twins/d", null).json().path("version").asInt())
                .isEqualTo(1);
    }

    /** Gives {@code $edgeHub} keys, as the daemon does, and returns the first. */
    private String hubKey() throws Exception {
        return hub.call("PUT", "/devices/edge/modules/$edgeHub", "{'authentication':{'type':'sas'}}", "If-Match", "*")
                .json()
                .at("/authentication/symmetricKey/primaryKey")
                .asText();
    }

    private static String scope(String edge) {
        return "/devices/" + edge + "/modules/$edgeHub/devicesAndModulesInDeviceScope";
    }

    private static void assertRefused(Answer answer, int status, String code) throws Exception {
        assertThat(answer.status()).as("%s", answer).isEqualTo(status);
        assertThat(answer.header("iothub-errorcode")).isEqualTo(code);
        assertThat(answer.json().path("Message").asText()).startsWith("ErrorCode:" + code + ";");
        assertThat(answer.json().path("ExceptionMessage").asText()).startsWith("Tracking ID:");
    }
}

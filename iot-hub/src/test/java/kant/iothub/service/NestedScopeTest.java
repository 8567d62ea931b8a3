package kant.iothub.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kant.iothub.fixture.RunningHub;
import kant.iothub.fixture.RunningHub.Answer;
import kant.model.identity.IdentityId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Check 83 of device-protocols.md §8: what an edge hub asks and does on behalf of the edge devices below it. */
class NestedScopeTest {
    private static final String THUMBPRINT = "0123456789ABCDEF0123456789ABCDEF01234567";

    @TempDir
    private Path directory;

    private RunningHub hub;
    private String token;

    @BeforeEach
    void start() throws Exception {
        hub = new RunningHub(directory);
        hub.create("/devices/top", "{'capabilities':{'iotEdge':true}}");
        below("top", "child", "'capabilities':{'iotEdge':true}");
        below(
                "child",
                "leaf",
                "'authentication':{'type':'selfSigned','x509Thumbprint':{'primaryThumbprint':'" + THUMBPRINT + "'}}");
        below("child", "issued", "'authentication':{'type':'certificateAuthority'}");
        hub.create("/devices/stranger", "{'capabilities':{'iotEdge':true}}");
        token = hubToken("top");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void check_83_a_hub_reads_its_own_scope_with_the_edge_devices_right_below_it() throws Exception {
        JsonNode page = ask("devicesAndModulesInTargetDeviceScope", "{'pageSize':100,'authChain':'top'}")
                .json();

        assertThat(names(page.path("devices"), "deviceId")).containsExactly("child", "top");
        assertThat(page.at("/devices/0/parentScopes/0").asText()).startsWith("ms-azure-iot-edge://top-");
        assertThat(names(page.path("modules"), "moduleId"))
                .containsExactly("$edgeAgent", "$edgeHub", "$edgeAgent", "$edgeHub");
        assertThat(page.has("continuationLink")).isTrue();
        assertThat(page.path("continuationLink").isNull()).isTrue();
    }

    @Test
    void check_83_it_reads_the_scope_of_one_below_page_by_page_with_thumbprints() throws Exception {
        List<String> devices = new ArrayList<>();
        String continuation = "";
        for (int pages = 0; pages < 3; pages++) {
            JsonNode page = ask(
                            "devicesAndModulesInTargetDeviceScope",
                            "{'pageSize':1,'continuationLink':'" + continuation + "','authChain':'child;top'}")
                    .json();
            devices.addAll(names(page.path("devices"), "deviceId"));
            continuation = page.path("continuationLink").asText("");
        }

        assertThat(devices).containsExactly("child", "issued", "leaf");
        assertThat(continuation).isIn("", "null");
        JsonNode leaf = ask(
                        "getDeviceAndModuleOnBehalfOf",
                        "{'targetDeviceId':'leaf','authChain':'child/$edgeHub;child;top'}")
                .json();
        assertThat(leaf.at("/devices/0/authentication/x509Thumbprint/primaryThumbprint")
                        .asText())
                .isEqualTo(THUMBPRINT);
    }

    @Test
    void check_83_one_identity_is_read_where_the_chain_leads_to_it() throws Exception {
        String module = "{'targetDeviceId':'child','targetModuleId':'$edgeHub','authChain':'child;top'}";
        JsonNode found = ask("getDeviceAndModuleOnBehalfOf", module).json();

        assertThat(names(found.path("devices"), "deviceId")).containsExactly("child");
        assertThat(names(found.path("modules"), "moduleId")).containsExactly("$edgeHub");
        assertStatus(401, "getDeviceAndModuleOnBehalfOf", "{'targetDeviceId':'stranger','authChain':'child;top'}");
        assertStatus(401, "getDeviceAndModuleOnBehalfOf", "{'targetDeviceId':'leaf','authChain':'top'}");
        assertStatus(404, "getDeviceAndModuleOnBehalfOf", "{'targetDeviceId':'nobody','authChain':'child;top'}");
    }

    @Test
    void check_83_a_chain_that_does_not_hold_or_end_at_the_caller_is_refused() throws Exception {
        String list = "devicesAndModulesInTargetDeviceScope";
        assertStatus(401, list, "{'authChain':'child'}");
        assertStatus(401, list, "{'authChain':'stranger;top'}");
        assertStatus(401, list, "{'authChain':'leaf;top'}");
        assertStatus(400, list, "{}");
        assertStatus(400, list, "{'authChain':';;'}");
        assertThat(hub.callAs(hubToken("child"), "POST", path("top", list), "{'authChain':'top'}")
                        .status())
                .isEqualTo(401);
        hub.call("PUT", "/devices/child", "{'status':'disabled'}", "If-Match", "*");
        assertStatus(401, list, "{'authChain':'child;top'}");
    }

    @Test
    void a_hub_keeps_the_modules_of_a_device_below_it() throws Exception {
        String chain = "'authChain':'child;top'";
        Answer put = hub.callAs(
                token,
                "PUT",
                path("top", "putModuleOnBehalfOf"),
                "{" + chain + ",'module':{'moduleId':'m','deviceId':'child','authentication':{'type':'sas'}}}");
        assertThat(put.status()).as("%s", put).isEqualTo(200);
        assertThat(put.json().path("managedBy").asText()).isEqualTo("IotEdge");

        assertThat(names(ask("getModulesOnTargetDevice", "{" + chain + "}").json(), "moduleId"))
                .containsExactly("$edgeAgent", "$edgeHub", "m");
        assertThat(ask("getModuleOnBehalfOf", "{" + chain + ",'targetModuleId':'m'}")
                        .json()
                        .at("/authentication/symmetricKey/primaryKey")
                        .asText())
                .isNotEmpty();
        assertStatus(204, "deleteModuleOnBehalfOf", "{" + chain + ",'moduleId':'m'}");
        assertStatus(404, "getModuleOnBehalfOf", "{" + chain + ",'targetModuleId':'m'}");
        assertStatus(401, "getModulesOnTargetDevice", "{'authChain':'stranger;top'}");
    }

    private void below(String parent, String id, String members) throws Exception {
        String scope = hub.call("GET", "/devices/" + parent, null)
                .json()
                .path("deviceScope")
                .asText();
        hub.create("/devices/" + id, "{'parentScopes':['" + scope + "']," + members + "}");
    }

    private String hubToken(String device) throws Exception {
        String path = "/devices/" + device + "/modules/$edgeHub";
        Answer answer = hub.call("PUT", path, "{'authentication':{'type':'sas'}}", "If-Match", "*");
        return RunningHub.token(
                IdentityId.module(device, "$edgeHub"),
                answer.json().at("/authentication/symmetricKey/primaryKey").asText());
    }

    private Answer ask(String operation, String body) throws Exception {
        Answer answer = hub.callAs(token, "POST", path("top", operation), body);
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer;
    }

    private void assertStatus(int status, String operation, String body) throws Exception {
        assertThat(hub.callAs(token, "POST", path("top", operation), body).status())
                .isEqualTo(status);
    }

    private static String path(String device, String operation) {
        return "/devices/" + device + "/modules/$edgeHub/" + operation;
    }

    private static List<String> names(JsonNode array, String member) {
        List<String> names = new ArrayList<>();
        array.forEach(one -> names.add(one.path(member).asText()));
        return names;
    }
}

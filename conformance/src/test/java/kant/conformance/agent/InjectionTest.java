package kant.conformance.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import kant.conformance.Waits;
import kant.conformance.harness.StandIn;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What modules are given (reference/agent.md §12 D), read from their processes. */
class InjectionTest {
    private static AgentDevice device;

    @BeforeAll
    static void start() throws Exception {
        device = AgentDevice.shared();
    }

    @Test
    void check_66_a_user_module_has_exactly_the_contracts_variables() throws Exception {
        device.deployed(Deployment.empty().with("m"), "m", "running");

        Map<String, String> environment = contracts("m");
        assertThat(environment.remove("IOTEDGE_WORKLOADURI")).endsWith("/m.sock");
        assertThat(environment.remove("IOTEDGE_MODULEGENERATIONID")).isNotEmpty();
        assertThat(environment)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "IOTEDGE_AUTHSCHEME", "sasToken",
                        "IOTEDGE_IOTHUBHOSTNAME", StandIn.NAME,
                        "IOTEDGE_GATEWAYHOSTNAME", "127.10.3.1",
                        "IOTEDGE_DEVICEID", device.id,
                        "IOTEDGE_MODULEID", "m",
                        "IOTEDGE_APIVERSION", "2022-08-03",
                        "RuntimeLogLevel", "Information"));
    }

    @Test
    void check_67_the_hub_has_the_devices_name_and_no_gateway() throws Exception {
        device.deployed(Deployment.empty());

        assertThat(contracts("$edgeHub"))
                .containsEntry("EdgeDeviceHostName", "127.10.3.1")
                .containsEntry("IOTEDGE_MODULEID", "$edgeHub")
                .doesNotContainKey("IOTEDGE_GATEWAYHOSTNAME");
    }

    @Test
    void check_69_create_options_win_over_the_manifest_and_nobody_over_the_runtime() throws Exception {
        Deployment m = Deployment.empty()
                .set("/modules/m", "{\"type\":\"docker\",\"status\":\"running\"}")
                .set("/modules/m/settings/image", "\"kant-test/sh:1\"")
                .set("/modules/m/settings/createOptions", "\"{\\\"Env\\\":[\\\"A=options\\\"]}\"")
                .set("/modules/m/env", "{\"A\":{\"value\":\"env\"},\"RuntimeLogLevel\":{\"value\":\"debug\"}}");
        device.deployed(m, "m", "running");
        assertThat(device.processes.only("m").environment())
                .containsEntry("A", "options")
                .containsEntry("RuntimeLogLevel", "debug");

        device.deploy(m.set("/modules/m/env", "{\"IOTEDGE_DEVICEID\":{\"value\":\"another\"}}"));

        assertThat(device.refused(500, "duplicate env var key: IOTEDGE_DEVICEID"))
                .contains("module m");
    }

    @Test
    void check_71_a_module_signs_as_itself_and_as_nobody_else() throws Exception {
        String sign = "curl -s -o /dev/null -w '%%{http_code} ' --unix-socket ${IOTEDGE_WORKLOADURI#unix://}"
                + " -H 'Content-Type: application/json'"
                + " -d '{\"keyId\":\"primary\",\"algo\":\"HMACSHA256\",\"data\":\"aGk=\"}'"
                + " \"http://d/modules/%s/genid/$IOTEDGE_MODULEGENERATIONID/sign?api-version=2019-01-30\"";
        device.deployed(
                Deployment.empty()
                        .with("other")
                        .with(
                                "m",
                                "(" + sign.formatted("m") + "; " + sign.formatted("other") + "; "
                                        + sign.formatted("%24edgeHub") + ") > answers; exec sleep 100000"),
                "m",
                "running");

        Path answers = Path.of(device.processes.only("m").environment().get("KANT_DATA"), "answers");
        String codes = Waits.value("three answers", AgentDevice.SOON, () -> {
            String text = java.nio.file.Files.exists(answers) ? java.nio.file.Files.readString(answers) : "";
            return text.split(" ").length == 3 ? text : null;
        });
        assertThat(codes).isEqualTo("200 403 403 ");
    }

    /** Without what the engine adds and what a shell makes up. */
    private static Map<String, String> contracts(String module) throws Exception {
        Map<String, String> environment =
                new TreeMap<>(device.processes.only(module).environment());
        environment
                .keySet()
                .removeIf(name -> !name.matches("IOTEDGE_.*|EdgeDeviceHostName|RuntimeLogLevel|Upstream.*"));
        return environment;
    }
}

package kant.edgeagent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import kant.edgeagent.plan.PullOrder;
import kant.edgeagent.plan.SupervisionRules;
import kant.model.error.RefusedException;
import org.junit.jupiter.api.Test;

class AgentConfigTest {

    @Test
    void what_the_daemon_gives_is_enough_and_names_are_in_any_case() throws RefusedException {
        AgentConfig config = AgentConfig.read(given(Map.of("edgedevicehostname", "edge.test")));

        assertThat(config.agent().text()).isEqualTo("d/$edgeAgent");
        assertThat(config.rules()).isEqualTo(SupervisionRules.DEFAULT);
        assertThat(config.pullOrder()).isEqualTo(PullOrder.NON_BLOCKING);
        assertThat(config.maskCredentials()).isTrue();
        assertThat(config.parent()).isEqualTo(new AgentConfig.Parent("hub.test", null, 8883, 443, false));
        assertThat(config.timing().look()).isEqualTo(Duration.ofSeconds(5));
        assertThat(config.given().deviceHostName()).isEqualTo("edge.test");
        assertThat(config.given().logLevel()).isEqualTo("Information");
        assertThat(config.storage()).isEqualTo(Path.of(System.getProperty("java.io.tmpdir"), "edgeAgent"));
    }

    @Test
    void every_setting_is_read() throws RefusedException {
        AgentConfig config = AgentConfig.read(given(Map.of(
                "MaxRestartCount", "3",
                "CoolOffTimeUnitInSeconds", "1",
                "IntensiveCareTimeInMinutes", "2",
                "ModuleUpdateMode", "waitforallpulls",
                "StorageFolder", "/data",
                "IOTEDGE_GATEWAYHOSTNAME", "parent.test",
                "KANT_PARENT_ADDRESS", "127.0.0.2",
                "KANT_PARENT_HTTPS_PORT", "8443",
                "RuntimeLogLevel", "debug,x")));

        assertThat(config.rules()).isEqualTo(new SupervisionRules(Duration.ofSeconds(1), 3, Duration.ofMinutes(2)));
        assertThat(config.pullOrder()).isEqualTo(PullOrder.WAIT_FOR_ALL_PULLS);
        assertThat(config.storage()).isEqualTo(Path.of("/data/edgeAgent"));
        assertThat(config.parent()).isEqualTo(new AgentConfig.Parent("parent.test", "127.0.0.2", 8883, 8443, true));
        assertThat(config.given().logLevel()).isEqualTo("Debug");
        assertThat(config.given().passedOn())
                .isEqualTo(Map.of("KANT_PARENT_ADDRESS", "127.0.0.2", "KANT_PARENT_HTTPS_PORT", "8443"));
    }

    @Test
    void its_own_folder_goes_before_the_shared_one_and_is_not_passed_on() throws RefusedException {
        AgentConfig config = AgentConfig.read(given(Map.of("KANT_DATA", "/mine", "StorageFolder", "/data")));

        assertThat(config.storage()).isEqualTo(Path.of("/mine"));
        assertThat(config.given().passedOn()).isEmpty();
    }

    @Test
    void only_a_parent_that_is_neither_an_edge_nor_at_a_given_address_may_be_the_public_hub() throws RefusedException {
        assertThat(AgentConfig.read(given(Map.of())).parent().maybePublic()).isTrue();
        assertThat(AgentConfig.read(given(Map.of("KANT_PARENT_ADDRESS", "127.0.0.2")))
                        .parent()
                        .maybePublic())
                .isFalse();
        assertThat(AgentConfig.read(given(Map.of("IOTEDGE_GATEWAYHOSTNAME", "parent")))
                        .parent()
                        .maybePublic())
                .isFalse();
    }

    @Test
    void metrics_have_the_originals_port_and_the_next_where_the_hub_shares_the_machines() throws RefusedException {
        assertThat(AgentConfig.read(given(Map.of())).metrics())
                .isEqualTo(new MetricsListener.Settings(true, "*", 9600, "metrics"));
        assertThat(AgentConfig.read(given(Map.of("KANT_LISTEN_ADDRESS", "127.0.0.9", "metricsenabled", "FALSE")))
                        .metrics())
                .isEqualTo(new MetricsListener.Settings(false, "127.0.0.9", 9601, "metrics"));
        assertThat(AgentConfig.read(given(Map.of("metrics__listener__port", "9700", "Metrics__Listener__Suffix", "m")))
                        .metrics())
                .isEqualTo(new MetricsListener.Settings(true, "*", 9700, "m"));
    }

    @Test
    void a_deployment_may_come_from_a_file() throws RefusedException {
        assertThat(AgentConfig.read(given(Map.of())).localDeployment()).isNull();
        assertThat(AgentConfig.read(given(Map.of("ConfigSource", "Local", "KANT_DATA", "/mine")))
                        .localDeployment())
                .isEqualTo(Path.of("/mine/config.json"));
        assertThat(AgentConfig.read(given(Map.of("ConfigSource", "local", "LocalConfigPath", "/etc/d.json")))
                        .localDeployment())
                .isEqualTo(Path.of("/etc/d.json"));
    }

    @Test
    void all_mistakes_are_told_at_once() {
        Map<String, String> environment = given(Map.of(
                "Mode", "kubernetes", "ConfigSource", "post", "MaxRestartCount", "many", "ModuleUpdateMode", "Later"));
        environment.remove("IOTEDGE_WORKLOADURI");
        environment.put("IOTEDGE_DEVICEID", " ");

        assertThatThrownBy(() -> AgentConfig.read(environment))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("Mode is \"kubernetes\"; only \"iotedged\" is possible")
                .hasMessageContaining("ConfigSource is \"post\"; it must be local or twin")
                .hasMessageContaining("IOTEDGE_WORKLOADURI is missing or blank")
                .hasMessageContaining("IOTEDGE_DEVICEID is missing or blank")
                .hasMessageContaining("MaxRestartCount is \"many\"; it must be a whole number from 1 to")
                .hasMessageContaining("ModuleUpdateMode is \"Later\"; it must be WaitForAllPulls or NonBlocking");
    }

    private static Map<String, String> given(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "Mode", "iotedged",
                "IOTEDGE_WORKLOADURI", "unix:///run/workload.sock",
                "IOTEDGE_MANAGEMENTURI", "unix:///run/mgmt.sock",
                "IOTEDGE_IOTHUBHOSTNAME", "hub.test",
                "IOTEDGE_DEVICEID", "d",
                "IOTEDGE_MODULEID", "$edgeAgent",
                "IOTEDGE_MODULEGENERATIONID", "g0",
                "IOTEDGE_APIVERSION", "2022-08-03",
                "IOTEDGE_AUTHSCHEME", "sasToken"));
        environment.putAll(more);
        environment.put("KANT_RUN_OF", "this very process");
        if (more.keySet().stream().noneMatch("EdgeDeviceHostName"::equalsIgnoreCase)) {
            environment.put("EdgeDeviceHostName", "edge.test");
        }
        return environment;
    }
}

package kant.edgeagent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import kant.model.twin.MethodResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checklist E of reference/agent.md §12, as far as it is built. */
class MethodsTest {
    private final AgentSim sim = new AgentSim();

    @BeforeEach
    void deployed() {
        sim.hub.deploy(AgentSim.manifest(AgentSim.module("m", "a/m:1", "")));
        sim.hub.connect();
        sim.pass();
        sim.daemon.calls();
    }

    @ParameterizedTest
    @CsvSource({"ping", "PING"})
    void check_75_ping_is_answered(String name) {
        assertThat(sim.hub.call(name, "").status()).isEqualTo(200);
    }

    @Test
    void check_75_an_unknown_method_is_told_which_ones_there_are() {
        MethodResult result = sim.hub.call("GetLogs", "{}");

        assertThat(result.status()).isEqualTo(400);
        assertThat(text(result))
                .isEqualTo("{\"message\":\"Command 'GetLogs' not found. The supported commands are - GetModuleLogs,"
                        + "GetTaskStatus,ping,RestartModule,UploadModuleLogs,UploadSupportBundle\"}");
    }

    @Test
    void check_76_a_restart_is_no_crash() {
        sim.time.advance(Duration.ofMinutes(1));

        MethodResult result = sim.hub.call("restartmodule", "{\"schemaVersion\":\"1.0\",\"id\":\"m\"}");
        sim.pass();

        assertThat(result.status()).isEqualTo(200);
        assertThat(sim.daemon.calls()).containsExactly("restart m");
        assertThat(sim.reported("/modules/m/lastStartTimeUtc").asText())
                .isEqualTo(sim.time.now().toString());
        assertThat(sim.reported("/modules/m/restartCount").asInt()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"schemaVersion":"1.0","id":"nope"} | 500 | Module nope not found in the current environment
            {"schemaVersion":"2.0","id":"m"}    | 500 | schemaVersion
            {"schemaVersion":"1.0","id":" "}    | 400 | id is blank
            {"schemaVersion":"1.0"}             | 400 | id is blank
            {"schema                            | 400 | Error parsing command payload
            null                                | 400 | Request payload not found
            ''                                  | 400 | Request payload not found
            """)
    void check_76_bad_requests(String payload, int status, String message) {
        MethodResult result = sim.hub.call("RestartModule", payload);

        assertThat(result.status()).isEqualTo(status);
        assertThat(text(result)).contains(message);
        assertThat(sim.daemon.calls()).isEmpty();
    }

    @Test
    void a_dead_daemon_is_500() {
        sim.daemon.dead(true);

        assertThat(sim.hub
                        .call("RestartModule", "{\"schemaVersion\":\"1.1\",\"id\":\"m\"}")
                        .status())
                .isEqualTo(500);
    }

    private static String text(MethodResult result) {
        return new String(result.payload(), StandardCharsets.UTF_8);
    }
}

package kant.edgeagent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import kant.edgeagent.plan.PullOrder;
import kant.edgeagent.plan.SupervisionRules;
import kant.edgeagent.run.ModuleEnvironment;
import kant.edgeagent.trial.TrialRules;
import kant.model.error.RefusedException;
import kant.model.identity.IdentityId;
import org.jspecify.annotations.Nullable;

/**
 * What the agent is told by its environment (reference/agent.md §6); read by {@link EnvironmentReader}.
 *
 * @param generationId of the agent's own identity
 * @param given what modules are told in turn
 * @param storage the agent's own folder
 * @param localDeployment the file that is deployed; null where the twin is
 */
record AgentConfig(
        IdentityId agent,
        String generationId,
        ModuleEnvironment given,
        Parent parent,
        SupervisionRules rules,
        PullOrder pullOrder,
        Timing timing,
        TrialRules trials,
        Path storage,
        MetricsListener.Settings metrics,
        @Nullable Path localDeployment,
        boolean maskCredentials) {
    private static final int METRICS_PORT = 9600;

    /**
     * How the parent is reached.
     *
     * @param host its TLS name
     * @param dialAddress where to connect to; null for the address that its name has
     */
    record Parent(String host, @Nullable String dialAddress, int mqttPort, int httpsPort, boolean isEdge) {

        /** Whether it may be the public IoT Hub: neither a parent edge nor one with an address of its own. */
        boolean maybePublic() {
            return !isEdge && dialAddress == null;
        }
    }

    /**
     * @param look the longest wait between two looks at the modules
     * @param twinRefresh how often the whole twin is read
     * @param daemonCall the limit of a call to the daemon
     */
    record Timing(Duration look, Duration twinRefresh, Duration daemonCall) {}

    /** Reads it, or refuses naming every mistake at once. */
    static AgentConfig read(Map<String, String> environment) throws RefusedException {
        var env = new EnvironmentReader(environment);
        env.allow("Mode", "iotedged");
        var given = given(env);
        var config = new AgentConfig(
                env.identity("IOTEDGE_DEVICEID", "IOTEDGE_MODULEID"),
                env.required("IOTEDGE_MODULEGENERATIONID"),
                given,
                new Parent(
                        given.parentHostName() == null ? given.hubHostName() : given.parentHostName(),
                        env.optional("KANT_PARENT_ADDRESS"),
                        env.number("KANT_PARENT_MQTT_PORT", 8883, 1, 65_535),
                        env.number("KANT_PARENT_HTTPS_PORT", 443, 1, 65_535),
                        given.parentHostName() != null),
                new SupervisionRules(
                        Duration.ofSeconds(env.number("CoolOffTimeUnitInSeconds", 10, 0, 3600)),
                        env.number("MaxRestartCount", 20, 1, 1_000_000),
                        Duration.ofMinutes(env.number("IntensiveCareTimeInMinutes", 10, 0, 1_000_000))),
                env.word("ModuleUpdateMode", "WaitForAllPulls", "NonBlocking")
                        ? PullOrder.WAIT_FOR_ALL_PULLS
                        : PullOrder.NON_BLOCKING,
                new Timing(
                        Duration.ofMillis(env.number("KANT_LOOK_MILLIS", 5000, 100, 600_000)),
                        Duration.ofSeconds(env.number("ConfigRefreshFrequencySecs", 3600, 10, 1_000_000)),
                        Duration.ofSeconds(env.number("ManagementApiTimeoutSecs", 300, 1, 3600))),
                new TrialRules(
                        !env.word("KANT_ROLLBACK", "false", "true"),
                        Duration.ofSeconds(env.number("KANT_PROBATION_SECS", 120, 1, 86_400))),
                env.storage(),
                metrics(env),
                env.word("ConfigSource", "local", "twin") ? env.localDeployment() : null,
                !env.word("KANT_MASK_CREDENTIALS", "false", "true"));
        env.close();
        return config;
    }

    /** A hub beside it in one network has the usual port; where they share the machine's, the agent takes the next. */
    private static MetricsListener.Settings metrics(EnvironmentReader env) {
        String machine = env.optional("KANT_LISTEN_ADDRESS");
        return new MetricsListener.Settings(
                !env.word("MetricsEnabled", "false", "true"),
                env.text("Metrics__Listener__Host", machine == null ? "*" : machine),
                env.number("Metrics__Listener__Port", machine == null ? METRICS_PORT : METRICS_PORT + 1, 1, 65_535),
                env.text("Metrics__Listener__Suffix", "metrics"));
    }

    private static ModuleEnvironment given(EnvironmentReader env) {
        return new ModuleEnvironment(
                env.required("IOTEDGE_IOTHUBHOSTNAME"),
                env.required("IOTEDGE_DEVICEID"),
                env.required("EdgeDeviceHostName"),
                env.optional("IOTEDGE_GATEWAYHOSTNAME"),
                env.required("IOTEDGE_APIVERSION"),
                env.required("IOTEDGE_AUTHSCHEME"),
                env.required("IOTEDGE_WORKLOADURI"),
                env.optional("IOTEDGE_WORKLOADLISTEN_MNTURI"),
                env.required("IOTEDGE_MANAGEMENTURI"),
                env.optional("NetworkId"),
                LogLevel.parse(env.optional("RuntimeLogLevel")).word(),
                env.optional("UpstreamProtocol"),
                env.passedOn());
    }
}

package kant.edgedaemon.watch;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kant.daemonapi.ApiVersion;
import kant.daemonapi.management.Identity;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.config.DaemonConfig;
import kant.edgedaemon.config.DaemonConfig.Sockets;
import kant.edgedaemon.identity.Identities;
import kant.edgedaemon.identity.ParentException;
import kant.model.identity.IdentityId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spec of the agent or of a hub without an agent: the configured one with the environment, sockets and network of
 * reference/daemon.md §5.2.
 */
public final class RuntimeSpec implements WatchedSpec {
    private static final Logger log = LoggerFactory.getLogger(RuntimeSpec.class);
    /** What {@code hub_only} runs; its version is the daemon's. */
    private static final String HUB_IMAGE = "kant/edge-hub:";

    private final String moduleId;
    private final ModuleSpec configured;
    private final DaemonConfig config;
    private final Identities identities;

    private RuntimeSpec(String moduleId, ModuleSpec configured, DaemonConfig config, Identities identities) {
        this.moduleId = moduleId;
        this.configured = configured;
        this.config = config;
        this.identities = identities;
    }

    /** The bootstrap agent. */
    public static RuntimeSpec agent(DaemonConfig config, Identities identities) {
        return new RuntimeSpec(IdentityId.EDGE_AGENT, config.agent().spec(), config, identities);
    }

    /** The hub alone. */
    public static RuntimeSpec hub(DaemonConfig config, Identities identities, String version) {
        ModuleSpec agent = config.agent().spec();
        ModuleSpec hub = ModuleSpec.of(
                "edgeHub", HUB_IMAGE + version, agent.createOptions().objectNode(), agent.env());
        return new RuntimeSpec(IdentityId.EDGE_HUB, hub, config, identities);
    }

    @Override
    public String name() {
        return configured.name();
    }

    @Override
    public ModuleSpec remembered() throws IOException {
        Optional<Identity> identity = identities.remembered(moduleId);
        return identity.isPresent() ? with(identity.get()) : fresh();
    }

    @Override
    public ModuleSpec fresh() throws IOException {
        try {
            return with(identities.ensure(moduleId));
        } catch (ParentException e) {
            throw e; // the parent is there and says no
        } catch (IOException e) {
            Optional<Identity> identity = identities.remembered(moduleId);
            if (identity.isEmpty()) {
                throw e;
            }
            log.atWarn()
                    .addKeyValue("module", moduleId)
                    .addKeyValue("reason", e.getMessage())
                    .log("the hub is away, the identity is as last seen");
            return with(identity.get());
        }
    }

    private ModuleSpec with(Identity identity) {
        return configured.withEnv(environment(identity)).withCreateOptions(createOptions());
    }

    private Map<String, String> environment(Identity identity) {
        Map<String, String> env = new LinkedHashMap<>(config.behaviour().environment());
        env.putAll(configured.env());
        env.put("EdgeDeviceHostName", config.hostName());
        env.put("IOTEDGE_APIVERSION", ApiVersion.NEWEST.text());
        env.put("IOTEDGE_AUTHSCHEME", "sasToken");
        env.put("IOTEDGE_DEVICEID", config.provisioning().deviceId());
        env.put("IOTEDGE_IOTHUBHOSTNAME", config.provisioning().hubHostName());
        env.put("IOTEDGE_MODULEID", moduleId);
        env.put("IOTEDGE_MODULEGENERATIONID", identity.generationId());
        env.put("IOTEDGE_WORKLOADURI", "unix://" + config.sockets().workloadConnect());
        env.put("NetworkId", config.engine().network());
        if (moduleId.equals(IdentityId.EDGE_AGENT)) {
            env.put("IOTEDGE_MANAGEMENTURI", "unix://" + config.sockets().managementConnect());
            env.put(
                    "IOTEDGE_WORKLOADLISTEN_MNTURI",
                    "unix://" + config.sockets().perModule());
            env.put("Mode", "iotedged");
        }
        return env;
    }

    private ObjectNode createOptions() {
        ObjectNode options = configured.createOptions().deepCopy();
        Sockets sockets = config.sockets();
        ArrayNode binds = options.withObject("HostConfig").withArray("Binds");
        if (moduleId.equals(IdentityId.EDGE_AGENT)) {
            binds.add(sockets.managementConnect() + ":" + sockets.managementConnect());
        }
        binds.add(sockets.perModule().resolve(name() + ".sock") + ":" + sockets.workloadConnect());
        if (!options.path("NetworkingConfig").has("EndpointsConfig")) {
            options.withObject("NetworkingConfig")
                    .withObject("EndpointsConfig")
                    .putObject(config.engine().network());
        }
        ObjectNode labels = options.withObject("Labels");
        labels.put("net.azure-devices.edge.create-options", "{}");
        labels.put("net.azure-devices.edge.env", "{}");
        return options;
    }
}

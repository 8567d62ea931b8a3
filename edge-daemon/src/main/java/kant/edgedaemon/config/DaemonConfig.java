package kant.edgedaemon.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kant.daemonapi.management.ModuleSpec;
import kant.edgedaemon.image.ImageSettings;
import org.jspecify.annotations.Nullable;

/**
 * Everything the daemon is told.
 *
 * @param hostName what the hub's certificate names and devices dial; {@code EdgeDeviceHostName}
 * @param trustBundle PEM file of roots that modules shall trust beside the device CA; null for none
 * @param warnings lines for the log: unknown keys, keys without effect
 */
public record DaemonConfig(
        String hostName,
        Provisioning provisioning,
        Parent parent,
        @Nullable Path trustBundle,
        EdgeCa edgeCa,
        Agent agent,
        Engine engine,
        Sockets sockets,
        Folders folders,
        Behaviour behaviour,
        List<String> warnings) {

    public DaemonConfig {
        warnings = List.copyOf(warnings);
    }

    /** Manual provisioning with a symmetric key. */
    public record Provisioning(String hubHostName, String deviceId, Secret key) {}

    /**
     * How to reach the parent where its name does not resolve to it.
     *
     * @param address null for what the name resolves to
     */
    public record Parent(@Nullable String address, int httpsPort) {}

    /**
     * The device CA.
     *
     * @param certificate PEM chain of a preloaded one; null for one that the daemon makes and renews
     * @param key its PEM key; null as above
     */
    public record EdgeCa(
            @Nullable Path certificate, @Nullable Path key, int expiryDays, String commonName) {}

    /**
     * The bootstrap agent.
     *
     * @param spec without the environment that the daemon computes
     */
    public record Agent(ModuleSpec spec) {}

    /**
     * @param dockerSocket of the engine's API
     * @param network that containers are attached to, also {@code NetworkId}
     * @param networkSpec for creating it: {@code EnableIPv6}, {@code IPAM}
     * @param catalogue folder of bundles for the process engine; null where none is given
     * @param elevatedAllowed whether containers may be privileged or add capabilities
     * @param images which images may run, how they are fetched, how long they are kept
     */
    public record Engine(
            EngineChoice choice,
            Path dockerSocket,
            String network,
            ObjectNode networkSpec,
            @Nullable Path catalogue,
            boolean elevatedAllowed,
            ImageSettings images) {}

    /**
     * The sockets' paths; a container sees them at the connect paths.
     *
     * @param managementLimit simultaneous connections per user
     * @param workloadLimit simultaneous connections per user and module
     */
    public record Sockets(
            Path management,
            Path workload,
            Path managementConnect,
            Path workloadConnect,
            Path perModule,
            int managementLimit,
            int workloadLimit) {}

    /** @param data keys, certificates, identities, modules' folders; 0700 */
    public record Folders(Path data, Path run) {}

    /**
     * @param hubOnly run the hub alone, as a process, with no agent
     * @param removeOnStop remove modules, not only stop them, when the daemon stops
     * @param trustSocketModes let a platform that cannot tell a peer's pid pass, guarded by the sockets' modes alone
     * @param environment {@code KANT_*} variables for the agent and, through it, the hub
     */
    public record Behaviour(
            boolean hubOnly, boolean removeOnStop, boolean trustSocketModes, Map<String, String> environment) {
        public Behaviour {
            environment = Map.copyOf(environment);
        }
    }
}

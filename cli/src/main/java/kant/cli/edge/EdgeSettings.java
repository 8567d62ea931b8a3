package kant.cli.edge;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one device is started with.
 *
 * @param address the Edge Hub listens here
 * @param hostName what clients call the device's hub; an address needs no name service
 * @param engine {@code auto}, {@code docker} or {@code process}
 * @param network the engine's network for modules; {@code host} shares the machine's
 * @param hubOnly only the Edge Hub, no agent and no engine
 * @param removeOnStop whether containers go when the device stops
 * @param agentImage null for our own
 * @param agentEnvironment more environment for the agent, which passes {@code KANT_*} on to the hub
 */
public record EdgeSettings(
        Path data,
        String connectionString,
        String address,
        String hostName,
        String engine,
        String engineSocket,
        String network,
        boolean hubOnly,
        boolean removeOnStop,
        @Nullable String parentAddress,
        int parentHttpsPort,
        @Nullable Path parentCa,
        @Nullable String agentImage,
        Map<String, String> agentEnvironment) {
    public EdgeSettings {
        agentEnvironment = Map.copyOf(agentEnvironment);
    }
}

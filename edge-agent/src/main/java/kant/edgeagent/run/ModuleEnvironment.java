package kant.edgeagent.run;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the agent was told about its surroundings and tells the modules it creates (reference/agent.md §5.1, §6). Names of
 * the members are those of the environment variables.
 *
 * @param hubHostName the IoT Hub that the device belongs to
 * @param deviceHostName the name of this device for modules and leaf devices
 * @param parentHostName the parent edge of a nested device; null where the parent is the IoT Hub itself
 * @param workloadListenUri the folder of the modules' own workload sockets; null where all share one
 * @param networkId the engine's network for modules; null where modules are attached to none
 * @param logLevel a .NET word: {@code Information}, {@code Debug} …
 * @param upstreamProtocol as the agent has it; null where it has none
 * @param passedOn all {@code KANT_*} settings that the hub needs too, by name
 */
public record ModuleEnvironment(
        String hubHostName,
        String deviceId,
        String deviceHostName,
        @Nullable String parentHostName,
        String apiVersion,
        String authScheme,
        String workloadUri,
        @Nullable String workloadListenUri,
        String managementUri,
        @Nullable String networkId,
        String logLevel,
        @Nullable String upstreamProtocol,
        Map<String, String> passedOn) {

    public ModuleEnvironment {
        passedOn = Collections.unmodifiableMap(new TreeMap<>(passedOn));
    }
}

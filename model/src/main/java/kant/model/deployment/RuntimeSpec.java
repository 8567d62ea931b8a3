package kant.model.deployment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The {@code runtime} section.
 *
 * @param minDockerVersion only echoed in reported properties, never enforced
 * @param loggingOptions only echoed, never applied
 * @param registryCredentials by their free labels, in the manifest's order
 */
public record RuntimeSpec(
        String minDockerVersion, String loggingOptions, Map<String, RegistryCredential> registryCredentials) {

    /** The only value of {@code runtime.type} and of a module's {@code type}. */
    public static final String TYPE = "docker";

    public RuntimeSpec {
        registryCredentials = Collections.unmodifiableMap(new LinkedHashMap<>(registryCredentials));
    }
}

package kant.edgeagent.plan;

import java.util.Map;
import java.util.TreeMap;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;
import kant.model.digest.Sha256;

/**
 * A short text that changes exactly when a module must be made anew. It stands in a label of the module, so that an agent
 * that lost its files recreates nothing.
 *
 * @param passedOn the agent's own settings that it hands to the hub; a change of them recreates the hub
 */
public record Fingerprint(Map<String, String> passedOn) {

    public Fingerprint {
        passedOn = Map.copyOf(passedOn);
    }

    /** 64 hexadecimal digits. */
    public String of(DesiredModule module) {
        String text = module.canonicalText();
        if (module.name().equals(DeploymentManifest.EDGE_HUB)) {
            text += new TreeMap<>(passedOn);
        }
        return Sha256.hex(text);
    }
}

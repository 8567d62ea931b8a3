package kant.edgeagent.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.DesiredModule;

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
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}

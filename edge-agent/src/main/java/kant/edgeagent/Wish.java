package kant.edgeagent;

import kant.edgeagent.desired.TwinDocument;
import kant.model.deployment.DeploymentManifest;
import kant.model.deployment.ManifestRefusal;
import org.jspecify.annotations.Nullable;

/**
 * What the modules are to be kept to.
 *
 * @param version of the manifest
 * @param manifest the newest good one; null where there never was any
 * @param document what the manifest was read from; null together with it
 * @param refusal why the twin's present one is not taken; null where it is the manifest above
 */
record Wish(
        long version,
        @Nullable DeploymentManifest manifest,
        @Nullable TwinDocument document,
        @Nullable ManifestRefusal refusal) {}

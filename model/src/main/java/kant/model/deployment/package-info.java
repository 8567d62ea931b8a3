/**
 * Deployment manifests: what the {@code $edgeAgent} twin says a device should run, as records, and the parsers that
 * accept or refuse a manifest with the place and the reason. Pure; used by the agent, the stand-in and {@code kant}.
 * Read {@link kant.model.deployment.ManifestParser} first. The rules are those of reference/agent.md §1.
 */
@NullMarked
package kant.model.deployment;

import org.jspecify.annotations.NullMarked;

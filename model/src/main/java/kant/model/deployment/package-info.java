/** Deployment manifests as the agent's twin carries them. */
@NullMarked
package kant.model.deployment;

import org.jspecify.annotations.NullMarked;

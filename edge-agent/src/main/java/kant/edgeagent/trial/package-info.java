/**
 * A new deployment is on trial until its modules have been well for a while; one that does not pass is taken back, and the last one
 * that did is restored.
 */
@NullMarked
package kant.edgeagent.trial;

import org.jspecify.annotations.NullMarked;

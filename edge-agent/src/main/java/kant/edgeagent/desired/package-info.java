/**
 * Where the wish comes from: the twin of {@code $edgeAgent} over the link to the parent, or the last good one on disk
 * while there is no link; or a file. {@link kant.edgeagent.desired.TwinSource} first. The link's callbacks only note and wake;
 * everything that waits runs on the reconciler's thread.
 */
@NullMarked
package kant.edgeagent.desired;

import org.jspecify.annotations.NullMarked;

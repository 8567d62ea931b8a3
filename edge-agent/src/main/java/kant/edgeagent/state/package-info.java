/**
 * What the agent keeps on disk, in files that only their owner can read: small JSON documents, replaced whole and
 * atomically. Used by the source of deployments and by the reconciler, on their one thread.
 */
@NullMarked
package kant.edgeagent.state;

import org.jspecify.annotations.NullMarked;

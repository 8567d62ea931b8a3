/**
 * The workload API (reference/daemon.md §1): what a module asks about itself, on a socket of its own. Start with {@link
 * kant.edgedaemon.workload.WorkloadRoutes}.
 */
@NullMarked
package kant.edgedaemon.workload;

import org.jspecify.annotations.NullMarked;

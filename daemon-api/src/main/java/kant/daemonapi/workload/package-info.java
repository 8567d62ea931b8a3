/**
 * The workload API: what a module may ask about itself. {@link kant.daemonapi.workload.WorkloadClient} is what agent and hub use.
 */
@NullMarked
package kant.daemonapi.workload;

import org.jspecify.annotations.NullMarked;

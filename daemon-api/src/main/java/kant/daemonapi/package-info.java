/**
 * The daemon's two APIs as its clients see them: what {@code management} and {@code workload} share.
 *
 * <p>Read {@link kant.daemonapi.management.ManagementClient} and {@link kant.daemonapi.workload.WorkloadClient} first.
 */
@NullMarked
package kant.daemonapi;

import org.jspecify.annotations.NullMarked;

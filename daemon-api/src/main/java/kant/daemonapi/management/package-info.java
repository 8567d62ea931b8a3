/**
 * The management API: modules, identities and system facts, as the agent and the command line use them.
 *
 * <p>Records read and write the JSON of reference/daemon.md §2.2 themselves, as trees, so that unknown members of createOptions
 * survive. Start with {@link kant.daemonapi.management.ManagementClient}.
 */
@NullMarked
package kant.daemonapi.management;

import org.jspecify.annotations.NullMarked;

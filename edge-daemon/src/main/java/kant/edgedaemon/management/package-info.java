/**
 * The management API (reference/daemon.md §2): modules, identities and system facts for the agent and the command line. Start with
 * {@link kant.edgedaemon.management.ManagementRoutes}.
 */
@NullMarked
package kant.edgedaemon.management;

import org.jspecify.annotations.NullMarked;

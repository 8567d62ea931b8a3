/**
 * What both APIs have in common: routes with versions, the rules of reference/daemon.md §1.2, and who may call what. Start with
 * {@link kant.edgedaemon.api.Router}.
 */
@NullMarked
package kant.edgedaemon.api;

import org.jspecify.annotations.NullMarked;

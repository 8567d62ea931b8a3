/**
 * Keeps one module running, the agent or, where there is none, the hub: made where it is missing, made anew where its configuration
 * changed, started where it ended; and its updates of itself, on probation. Start with {@link kant.edgedaemon.watch.ModuleWatch}.
 */
@NullMarked
package kant.edgedaemon.watch;

import org.jspecify.annotations.NullMarked;

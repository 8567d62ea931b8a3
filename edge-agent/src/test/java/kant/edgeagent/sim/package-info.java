/** A small simulated surrounding of the agent: clock, disk, tasks, daemon with its engine, and the parent hub. */
@NullMarked
package kant.edgeagent.sim;

import org.jspecify.annotations.NullMarked;

/**
 * Decides what must be done: desired modules and current ones in, ordered steps out. Nothing here waits, calls or keeps
 * state; {@link kant.edgeagent.plan.Planner} is the file to read first, {@link kant.edgeagent.plan.Supervision} holds the
 * rules about modules that stopped by themselves. The tables are those of reference/agent.md §4.
 */
@NullMarked
package kant.edgeagent.plan;

import org.jspecify.annotations.NullMarked;

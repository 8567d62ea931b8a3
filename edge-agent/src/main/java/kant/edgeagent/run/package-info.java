/**
 * Does what was planned, through the daemon's management API: {@link kant.edgeagent.run.PlanRunner} first. It decides
 * nothing but whether a step may be tried again. What may take long {@link kant.edgeagent.run.SlowSteps} does beside it.
 * {@link kant.edgeagent.run.SpecWriter} makes of a manifest's module what
 * the daemon is asked to create, with everything that is injected (reference/agent.md §5). Runs on virtual threads.
 */
@NullMarked
package kant.edgeagent.run;

import org.jspecify.annotations.NullMarked;

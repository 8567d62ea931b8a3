/**
 * The Edge Agent: makes the device's modules what the twin of {@code $edgeAgent} says, keeps them running, and reports.
 * {@link kant.edgeagent.Main} wires it, {@link kant.edgeagent.Reconciler} is its loop; a deployment's way leads through the
 * packages desired, plan, run and report in this order.
 */
@NullMarked
package kant.edgeagent;

import org.jspecify.annotations.NullMarked;

/**
 * What the agent counts and shows of its machine, as Prometheus text with edgeAgent's names (reference/agent.md §8). {@link
 * kant.edgeagent.metrics.AgentMetrics} is added to where things happen, {@link kant.edgeagent.metrics.MetricsPage} writes the page.
 */
@NullMarked
package kant.edgeagent.metrics;

import org.jspecify.annotations.NullMarked;

/**
 * What the agent says about itself and its modules: {@link kant.edgeagent.report.ReportedDocument} builds the whole
 * (reference/agent.md §2), {@link kant.edgeagent.report.Reporter} finds what changed since it was last taken. Pure.
 */
@NullMarked
package kant.edgeagent.report;

import org.jspecify.annotations.NullMarked;

/** The agent's direct methods (reference/agent.md §7): what they take, what they answer, and the uploads they start. */
@NullMarked
package kant.edgeagent.method;

import org.jspecify.annotations.NullMarked;

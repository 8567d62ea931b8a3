/** Modules' logs for the direct methods: which lines are meant, read from the daemon, filtered, and written as text or JSON. */
@NullMarked
package kant.edgeagent.logs;

import org.jspecify.annotations.NullMarked;

/** The machine and the processes on it: what /proc says about them, child processes, and figures with their spread. */
@NullMarked
package kant.bench.host;

import org.jspecify.annotations.NullMarked;

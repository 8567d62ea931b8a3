/** How often this machine's disk syncs: the limit of everything that is acknowledged only when it is on disk. */
@NullMarked
package kant.bench.disk;

import org.jspecify.annotations.NullMarked;

/** The daemon's small private files: whole, durable, readable by their owner only. */
@NullMarked
package kant.edgedaemon.disk;

import org.jspecify.annotations.NullMarked;

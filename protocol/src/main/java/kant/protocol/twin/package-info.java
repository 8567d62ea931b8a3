/** Twins as the JSON that every head sends and takes; used by the heads, whatever their wire. */
@NullMarked
package kant.protocol.twin;

import org.jspecify.annotations.NullMarked;

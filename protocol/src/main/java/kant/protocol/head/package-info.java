/**
 * What the heads of all protocols share: how a connection ends and what the log says of it, how long a token holds, and what a
 * stage failed with.
 */
@NullMarked
package kant.protocol.head;

import org.jspecify.annotations.NullMarked;

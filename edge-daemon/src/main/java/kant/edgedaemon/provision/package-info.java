/** Which device this is, and whether it still is the one it was at the last start. */
@NullMarked
package kant.edgedaemon.provision;

import org.jspecify.annotations.NullMarked;

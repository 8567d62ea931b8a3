/** The commands that look at a running device through its daemon's management API. */
@NullMarked
package kant.cli.device;

import org.jspecify.annotations.NullMarked;

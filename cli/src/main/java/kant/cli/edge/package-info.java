/** Commands that run a device and look at its modules. */
@NullMarked
package kant.cli.edge;

import org.jspecify.annotations.NullMarked;
